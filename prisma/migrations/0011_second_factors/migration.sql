-- What is shown after the password: docs/decisions/0026-second-factors.md.
CREATE TYPE "factor_kind" AS ENUM ('totp', 'passkey');
CREATE TYPE "factors_required" AS ENUM ('of_nobody', 'of_site_admins', 'of_everybody');

CREATE TABLE "second_factors" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" "factor_kind" NOT NULL,
    "name" TEXT NOT NULL,
    "secret" BYTEA,
    "last_step" INTEGER,
    "credential_id" TEXT,
    "public_key" BYTEA,
    "counter" BIGINT,
    "transports" TEXT[],
    "site" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "second_factors_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "second_factors_are_of_their_kind" CHECK (
      num_nulls("secret", "last_step") = CASE "kind" WHEN 'totp' THEN 0 ELSE 2 END
      AND num_nulls("credential_id", "public_key", "counter", "site") = CASE "kind" WHEN 'passkey' THEN 0 ELSE 4 END)
);
CREATE UNIQUE INDEX "second_factors_credential_id_key" ON "second_factors"("credential_id");
CREATE INDEX "second_factors_user_id_created_at_idx" ON "second_factors"("user_id", "created_at");
ALTER TABLE "second_factors" ADD CONSTRAINT "second_factors_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "recovery_codes" (
    "user_id" UUID NOT NULL,
    "code_hash" TEXT NOT NULL,

    CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("user_id", "code_hash")
);
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One row at most; without it, what is usual holds: a new database has no rows.
CREATE TABLE "site_settings" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "factors_required" "factors_required" NOT NULL DEFAULT 'of_nobody',

    CONSTRAINT "site_settings_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "site_settings_are_one" CHECK ("id" = 1)
);

ALTER TABLE "users" ADD COLUMN "factor_required" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "sessions"
  ADD COLUMN "awaits_factor" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "challenge" TEXT,
  ADD COLUMN "challenge_until" TIMESTAMPTZ(3),
  ADD CONSTRAINT "sessions_challenges_end" CHECK (num_nulls("challenge", "challenge_until") <> 1);

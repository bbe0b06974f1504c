-- Why nothing of an uploaded file can be read, where that is known when it comes: of an archive that is broken.

-- AlterTable
ALTER TABLE "import_files" ADD COLUMN "refused" TEXT;

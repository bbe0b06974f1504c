import { defineConfig } from "vitest/config";
import { unit } from "../vitest.config";

export default defineConfig(unit);

import { defineConfig } from "vitest/config";
import { unit } from "../vitest.config";

// Code that can be changed in thousands of places is several times slower.
export default defineConfig({ ...unit, test: { ...unit.test, testTimeout: 120_000 } });

import fc from "fast-check";

/**
 * Properties see the same random input each time, so that a failure is about the change at hand.
 * PROPERTY_SEED=1234 looks elsewhere. What fails is printed with its seed, and kept as a named case
 * beside the property that it broke.
 */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_125) });

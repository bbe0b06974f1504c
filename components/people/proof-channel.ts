/** On which the window that was at a provider tells the others of this site that it came back. */
export const proofChannel = "gainsay-proof";

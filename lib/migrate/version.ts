/** Of this package, as package.json has it (a test compares them). Noted with each migration. */
export const version = "0.1.0";

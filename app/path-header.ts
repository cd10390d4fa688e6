/** Where `proxy.ts` notes the path of a request, for the pages that Next does not tell where they are. */
export const pathHeader = "x-annals-path";

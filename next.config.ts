import type { NextConfig } from "next";

const production = process.env.NODE_ENV === "production";

const security = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  // Addresses of the console hold filters, and so names and addresses of people.
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
  ...(production ? [{ key: "Strict-Transport-Security", value: "max-age=31536000" }] : []),
];

const config: NextConfig = {
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  // The offline chunk scripts of a static shell carry no nonce, and the policy in proxy.ts would block them.
  cacheComponents: false,
  reactCompiler: false,
  // `npm run check` checks the types of the whole repository; a build, which the demonstration may wait for,
  // need not do it again.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  // The title comes in the head: a script would have to put a late one there.
  htmlLimitedBots: /.*/,
  allowedDevOrigins: ["127.0.0.1"],
  serverExternalPackages: ["@node-rs/argon2", "postgres"],
  headers: async () => [
    { source: "/:path*", headers: security },
    { source: "/icons.svg", headers: [{ key: "Cache-Control", value: "public, max-age=604800" }] },
  ],
};

export default config;

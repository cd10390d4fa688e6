export interface Role {
  username: string;
  name: string;
  role: "manager" | "sales" | "support" | "service";
  /** For the demonstration alone: the shop that knows it listens on the loopback, for a few seconds. */
  password: string;
  ip: string;
  userAgent: string;
}

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const edge =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
const safari =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15";
const phone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1";

/** Everybody in the story. The addresses come from the ranges kept for documentation. */
export const cast = {
  ines: {
    username: "ines.calder",
    name: "Inês Calder",
    role: "manager",
    password: "harbour-lantern-19",
    ip: "203.0.113.10",
    userAgent: safari,
  },
  tom: {
    username: "tom.arkwright",
    name: "Tom Arkwright",
    role: "sales",
    password: "seven-copper-kettles",
    ip: "203.0.113.24",
    userAgent: edge,
  },
  priya: {
    username: "priya.nair",
    name: "Priya Nair",
    role: "sales",
    password: "monsoon-ledger-44",
    ip: "203.0.113.27",
    userAgent: firefox,
  },
  lena: {
    username: "lena.petrova",
    name: "Lena Petrova",
    role: "support",
    password: "quiet-birch-river",
    ip: "2001:db8:40::17",
    userAgent: firefox,
  },
  samuel: {
    username: "samuel.osei",
    name: "Samuel Osei",
    role: "support",
    password: "amber-drum-parade",
    ip: "198.51.100.61",
    userAgent: phone,
  },
  gwen: {
    username: "gwen.marsh",
    name: "Gwen Marsh",
    role: "sales",
    password: "left-in-november-0",
    ip: "198.51.100.77",
    userAgent: edge,
  },
  paygate: {
    username: "paygate",
    name: "Paygate",
    role: "service",
    password: "",
    ip: "192.0.2.200",
    userAgent: "Paygate-Webhooks/3.2",
  },
} as const satisfies Record<string, Role>;

export type Name = keyof typeof cast;

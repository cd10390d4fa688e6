import type { Random } from "./random.ts";

const companies = [
  ["Harborview Hotel", "London", "GB"],
  ["Café Aurore", "Lyon", "FR"],
  ["Lindqvist & Söner", "Göteborg", "SE"],
  ["Brückner Architekten", "Leipzig", "DE"],
  ["Osteria del Porto", "Genova", "IT"],
  ["O’Malley Interiors", "Galway", "IE"],
  ["Ateliê Nogueira", "Porto", "PT"],
  ["Kawamura Tea House", "京都", "JP"],
  ["Van Dijk Coworking", "Utrecht", "NL"],
  ["Pražský Antikvariát", "Praha", "CZ"],
  ["Fjellstua Lodge", "Bergen", "NO"],
  ["Casa Alameda", "Sevilla", "ES"],
  ["Greenfinch Nursery", "Bristol", "GB"],
  ["Maison Delacroix", "Bruxelles", "BE"],
  ["Studio Ελιά", "Αθήνα", "GR"],
  ["Riverside Practice", "York", "GB"],
  ["Zielony Kot", "Kraków", "PL"],
  ["Hofmann Weingut", "Mainz", "DE"],
  ["Northern Lights School", "Tromsø", "NO"],
  ["Quill & Anchor", "Plymouth", "GB"],
  ["Tbilisi Guesthouse", "თბილისი", "GE"],
  ["Marlow Dental", "Marlow", "GB"],
] as const;

const tags = ["trade", "hospitality", "pays-late", "newsletter", "vip"] as const;

/** 22 customers; the number in the mail address keeps it unique. */
export function clientele(random: Random) {
  return companies.map(([name, city, country], index) => ({
    name,
    email: `orders+${index + 1}@customers.example`,
    phone: random.next() < 0.7 ? `+44 20 7946 0${random.between(100, 999)}` : null,
    address: {
      street: `${random.between(1, 180)} Market Street`,
      city,
      postcode: `${random.between(10_000, 99_999)}`,
      country,
    },
    tags: tags.filter(() => random.next() < 0.3),
    creditLimit: `${random.between(1, 40) * 500}.00`,
  }));
}

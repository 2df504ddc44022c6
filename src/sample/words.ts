// The words the sample shop is written in: names, places, goods and what customers say, in many scripts.

const words = (text: string): readonly string[] => text.split("|");

export const FIRST_NAMES = words(
  "Anna|José|Zoë|Łukasz|Søren|Müge|Ngọc|Олена|Дмитро|Γιώργος|מרים|فاطمة|美咲|伟|지훈|Siobhán|Mary-Jane|" +
    "D’Angelo|Chloé|Åsa|Jürgen|İbrahim|Þóra|Jose\u0301|Priya|Kwame|Aroha|Luca|Emma|Noah|Olivia|Liam|Ava|Ethan",
);

export const LAST_NAMES = words(
  "O'Brien|Müller|Nuñez|Kowalska|Åkesson|Nguyễn|Шевченко|Παπαδόπουλος|כהן|الحسن|佐藤|王|김|van der Berg|" +
    "St. John|Škvorecký|Çelik|Guðmundsdóttir|Smith|Johnson|Williams|Brown|Jones|Garcia|Miller|Patel|Okafor",
);

export interface Place {
  city: string;
  state: string;
  postalCode: string;
  country: string;
}

export const PLACES: readonly Place[] = words(
  "Springfield/Illinois/62704/US|Portland/Oregon/97205/US|Austin/Texas/78701-2301/US|München/Bayern/80331/DE|" +
    "Köln/Nordrhein-Westfalen/50667/DE|Kraków/Małopolskie/31-042/PL|Malmö/Skåne län/211 20/SE|" +
    "Reykjavík/Höfuðborgarsvæðið/101/IS|Saint-Étienne/Auvergne-Rhône-Alpes/42000/FR|A Coruña/Galicia/15001/ES|" +
    "東京/東京都/100-0001/JP|Київ/Київ/01001/UA|İstanbul//34110/TR|London//SW1A 1AA/GB",
).map((line) => {
  const [city = "", state = "", postalCode = "", country = ""] = line.split("/");
  return { city, state, postalCode, country };
});

export const STREETS = words(
  "Main St|Oak Avenue|Hauptstraße|Rue de l’Église|ul. Długa|Kungsgatan|Calle Mayor|Laugavegur|2nd Street N.W.|" +
    "Elm Ct|вул. Хрещатик|Sunset Blvd",
);

export const COMPANIES = words(`Ünal & Söhne GmbH|Acme, Inc.|O'Neil "Tools" Ltd.|株式会社さくら|Café 100%`);

export const CATEGORY_WORDS = words(
  "Shoes|Kitchen & Home|Books|Toys|Garden|Audio|Lamps|Bags|Café|Jewellery|Sports|Bücher",
);

export const PRODUCT_ADJECTIVES = words(
  "Classic|Ergonomic|Handmade|Recycled|Très Chic|Wireless|Foldable|Organic|Größer|Midnight|Alpine|Compact|Deluxe",
);

export const PRODUCT_NOUNS = words(
  "Sneaker|Espresso Cup|Desk Lamp|Rucksack|Headphones|Crème Brûlée Torch|Notebook|Puzzle|Garden Hose|" +
    "Water Bottle|Wool Blanket|Yoga Mat|Chef's Knife|Keyboard|Umbrella",
);

export const COLOURS = words("red|midnight blue|türkis|schwarz|crème|赤|forest green|silver");

export const SENTENCES = words(
  "Arrived a day early and looks exactly like the picture.|" +
    "The colour is slightly darker than I expected, but still lovely.|Würde ich jederzeit wieder kaufen!|" +
    "Très bon rapport qualité/prix, je recommande.|Broke after two weeks; support replaced it at once.|" +
    `期待以上の品質でした。|It's "fine", I guess - 3/5, would not buy at full price.|` +
    "Great gift 🎁, my sister loves it 😍|Size runs small: order one up.|Супер, дякую!|" +
    "Packaging was damaged\nbut the item itself was not.|Tab\there, back\\slash there; drop table users; --|" +
    "Works with the old charger as well.|I use it every single day, at home and at work.",
);

export const REVIEW_TITLES = words(
  "Love it|Okay|Nie wieder|⭐⭐⭐⭐⭐|Très bien 👍🏽|Not what I ordered|Good value|",
);

export const ORDER_NOTES = words(
  "Please leave at the back door.|Gift wrap, s'il vous plaît 🎀|Bitte klingeln bei „Müller“.\r\nDanke!||Call before delivery",
);

export const SEARCH_TERMS = words(
  "red shoes|lamp|crème brûlée|headphones wireless|rucksack 30l|günstige lampe|50% off|'; --|knife set|" +
    "gift for mum|コーヒー|yoga mat 6mm|☕ cup|umbrella windproof|keyboard iso-de",
);

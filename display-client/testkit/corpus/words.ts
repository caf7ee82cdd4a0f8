/**
 * What the generated alerts are made of. All of it is made up: no name, plate or number here is anybody's.
 */

/** A name as people in the Netherlands have them, from short to long. */
export const NAMES: readonly string[] = [
  'Bo',
  'Li',
  'Jip',
  'Zoë',
  'Daan',
  'Fenna de Wit',
  'Sem van der Veen',
  'Noor in ’t Veld',
  'Ruben ten Cate-Verhoeven',
  'Anne-Fleur van den Heuvel tot Beichlingen',
  'Maximiliaan Ferdinand van den Berghe-Ştefănescu',
  // Frisian
  'Jiske Hoekstra',
  'Sjoukje Wâtsma',
  'Ûlke Jellesma',
  'Tsjêbbe Bûwalda-Nijdam',
  // Turkish
  'Ayşe Yıldırım',
  'Çağla Özgür',
  'İbrahim Gündoğdu',
  'Oğuzhan Şimşek-Kılıç',
  // Polish
  'Łukasz Wójcik',
  'Małgorzata Święcicka',
  'Grażyna Chrzęszczyk-Żółć',
  // Arabic, in Latin letters
  'Nour al-Din',
  'Yasmine el Khaddouri',
  'Abd al-Rahman ibn Suleiman al-Maghribi',
  // Others that are common
  'Nguyễn Thị Ánh',
  'José Müller-d’Oré',
  'Björn Ångström',
  'Siobhán O’Shea',
]

/** Of what is written in other letters, as an issuer may send it. */
export const FOREIGN_NAMES: readonly string[] = ['نور الدين', 'Олена Шевчук', '王小明']

export const PLACES: readonly (readonly [nl: string, en: string])[] = [
  ['Ede', 'Ede'],
  ['’t Zand', '’t Zand'],
  ['station Sneek', 'Sneek station'],
  ['station Utrecht Centraal', 'Utrecht Centraal station'],
  ['de kermis op het Wilhelminaplein in Kapelle', 'the fair on Wilhelminaplein in Kapelle'],
  ['Sint-Oedenrode', 'Sint-Oedenrode'],
  [
    'de bushalte Burgemeester van Leeuwenplein in ’s-Gravenpolder',
    'bus stop Burgemeester van Leeuwenplein in ’s-Gravenpolder',
  ],
  ['camping De Âlde Mar bij Gaasterlân-Sleat', 'campsite De Âlde Mar near Gaasterlân-Sleat'],
]

export const COLOURS: readonly (readonly [nl: string, en: string])[] = [
  ['rode', 'red'],
  ['witte', 'white'],
  ['donkerblauwe', 'dark blue'],
  ['zilvergrijze', 'silver grey'],
  ['zwart met gele', 'black and yellow'],
]

/** Makes and models as they are on the road; the cars are not. */
export const CARS: readonly (readonly [make: string, model: string])[] = [
  ['Kia', 'Picanto'],
  ['Opel', 'Astra'],
  ['Volvo', 'V60'],
  ['Citroën', 'Berlingo'],
  ['Škoda', 'Octavia Combi'],
  ['Volkswagen', 'Transporter'],
  ['Mercedes-Benz', 'Sprinter 316 CDI'],
]

/** No plate of the Netherlands has a C or a Q in these series. */
export const PLATES: readonly (readonly [plate: string, country: string])[] = [
  ['QX-417-C', 'NL'],
  ['C-999-QQ', 'NL'],
  ['88-QC-QC', 'NL'],
  ['1-QQQ-000', 'BE'],
  ['QQ CC 0000', 'DE'],
  ['CCQ 00000', 'PL'],
]

export const CLOTHES: readonly (readonly [nl: string, en: string])[] = [
  ['rode jas', 'red coat'],
  ['blauw T-shirt, korte broek', 'blue T-shirt, shorts'],
  [
    'groene regenjas, gele laarzen, rugzak met een dinosaurus',
    'green raincoat, yellow boots, dinosaur backpack',
  ],
  [
    'zwarte hoodie met witte letters, grijze joggingbroek, witte sneakers en een felgele fietshelm',
    'black hoodie with white letters, grey jogging trousers, white trainers and a bright yellow helmet',
  ],
]

export const LOOKS: readonly (readonly [nl: string, en: string])[] = [
  ['kort bruin haar', 'short brown hair'],
  ['lang blond haar, bril', 'long fair hair, glasses'],
  ['1,20 m, tenger, sproeten', '1.20 m, slender, freckles'],
  [
    'ongeveer 1,65 m lang, normaal postuur, halflang krullend rood haar, beugel, litteken boven het linkeroog',
    'about 1.65 m tall, medium build, curly red hair, braces, scar above the left eye',
  ],
]

export const SENDERS: readonly (readonly [nl: string, en: string])[] = [
  ['Politie', 'Police'],
  ['Politie Zeeland-West-Brabant', 'Police Zeeland-West-Brabant'],
  ['Veiligheidsregio Noord- en Oost-Gelderland', 'Safety region Noord- en Oost-Gelderland'],
]

/** Nobody's: from ranges that are not given out, and the general emergency number. */
export const NUMBERS: readonly string[] = ['112', '0800-0000', '0900-0000', '+31 88 000 00 00', '06-00000000']

export const WARNINGS: readonly (readonly [nl: string, en: string])[] = [
  ['Brand in Nijkerk', 'Fire in Nijkerk'],
  ['Grote brand met veel rook op bedrijventerrein De Wieken', 'Large fire with much smoke at De Wieken'],
  ['Geen drinkwater in Vlissingen', 'No drinking water in Vlissingen'],
  ['Hoogwater langs de Maas tussen Eijsden en Mook', 'High water on the Maas between Eijsden and Mook'],
]

export const ADVICE: readonly (readonly [nl: string, en: string])[] = [
  ['Sluit ramen en deuren.', 'Close windows and doors.'],
  ['Zet de ventilatie uit.', 'Switch off ventilation.'],
  ['Blijf uit de rook.', 'Stay out of the smoke.'],
  ['Kook het water drie minuten voordat u het drinkt.', 'Boil water for three minutes before you drink it.'],
  ['Ga niet de weg op, tenzij een hulpdienst u daarom vraagt.', 'Stay off the roads unless told otherwise.'],
  ['Kijk op crisis.example voor meer informatie.', 'See crisis.example for more information.'],
  ['Help elkaar.', 'Help one another.'],
]

import { toCapTime } from '../../alert/cap-time.ts'
import type { AlertInput } from '../../alert/model.ts'
import { TEST_TIME } from '../test-clock.ts'
import { frame, infoIn } from './generated.ts'

/**
 * Alerts written by hand after the shapes that the field knows. Everybody and everything in them is made up.
 */

const photo = {
  sha256: 'e'.repeat(64),
  mimeType: 'image/jpeg',
  width: 900,
  height: 1_200,
  role: 'subject',
  focus: { x: 250, y: 180, width: 400, height: 500 },
} as const

const seen = toCapTime(TEST_TIME - 45 * 60_000)

/** By name; the first eight are what the golden tests compose. */
export const WRITTEN: readonly AlertInput[] = [
  // Everything there is, in two languages.
  frame('amber-full', 'amber', {
    info: [
      infoIn('nl', 'AMBER Alert', {
        senderName: 'Politie',
        headline: 'Fenna (7) ontvoerd in Goes',
        description: 'Fenna Wiersma is 7 jaar. Zij is meegenomen in een rode Opel Astra.',
        instruction: 'Ziet u Fenna of de auto? Bel direct. Doe zelf niets.',
      }),
      infoIn('en', 'AMBER Alert', {
        senderName: 'Police',
        headline: 'Fenna (7) abducted in Goes',
        description: 'Fenna Wiersma is 7 years old. She was taken away in a red Opel Astra.',
        instruction: 'Have you seen Fenna or the car? Call at once. Do not act yourself.',
      }),
    ],
    subject: {
      name: 'Fenna Wiersma',
      age: 7,
      sex: 'female',
      looks: { nl: 'kort blond haar, bril', en: 'short fair hair, glasses' },
      clothes: { nl: 'groene regenjas, gele laarzen', en: 'green raincoat, yellow boots' },
    },
    suspect: { sex: 'male', age: 40, looks: { nl: 'baard, blauwe pet', en: 'beard, blue cap' } },
    vehicle: {
      make: 'Opel',
      model: 'Astra',
      colour: { nl: 'rode', en: 'red' },
      plate: 'QX-417-C',
      country: 'NL',
    },
    place: { description: { nl: 'station Goes', en: 'Goes station' }, time: seen },
    call: ['112', '0800-0000'],
    media: [photo],
  }),
  // Long names that no sign has the letters for, two numbers, a foreign plate, no photo.
  frame('amber-long-names', 'amber', {
    info: [
      infoIn('nl', 'AMBER Alert', {
        senderName: 'Veiligheidsregio Noord- en Oost-Gelderland',
        headline: 'Oğuzhan Şimşek-Kılıç (4) vermist in ’s-Gravenpolder',
        description: 'Er zijn grote zorgen om de jongen.',
      }),
    ],
    subject: {
      name: 'Oğuzhan Şimşek-Kılıç',
      age: 4,
      sex: 'male',
      clothes: { nl: 'zwarte hoodie met witte letters, grijze joggingbroek en een felgele fietshelm' },
    },
    vehicle: {
      make: 'Mercedes-Benz',
      model: 'Sprinter 316 CDI',
      colour: { nl: 'zilvergrijze' },
      plate: 'CCQ 00000',
      country: 'PL',
    },
    place: { description: { nl: 'de bushalte Burgemeester van Leeuwenplein in ’s-Gravenpolder' } },
    call: ['+31 88 000 00 00', '0900-0000'],
  }),
  // The former Vermist Kind Alert: a name, an age and clothes; no car.
  frame('missing-child', 'missing-child', {
    info: [
      infoIn('nl', 'Vermist Kind Alert', {
        senderName: 'Politie',
        headline: 'Sem (12) vermist in Sneek',
        description: 'Sem Hoekstra is sinds vanmorgen vermist.',
      }),
    ],
    subject: {
      name: 'Sem Hoekstra',
      age: 12,
      sex: 'male',
      clothes: { nl: 'blauwe jas, zwarte rugzak' },
      looks: { nl: '1,55 m, krullen' },
    },
    place: { description: { nl: 'zwembad It Rak in Sneek' }, time: seen },
    call: ['0800-0000'],
    media: [photo],
  }),
  // As CAP's own sample: all of it in one text in capitals, and no number in a field.
  frame('cap-free-text', 'amber', {
    info: [
      infoIn('en-US', 'Child Abduction', {
        senderName: 'Demo County Sheriff',
        headline: 'AMBER ALERT',
        description:
          'DATE/TIME: 22 NOV, 14:05. VICTIM(S): JAMIE DOE, age 5, blue eyes, brown hair. LAST SEEN: near the fair ground. ' +
          'SUSPECT(S): unknown man in his forties. VEHICLE: white Ford pickup, licence 000QQC.',
        instruction: 'If you see the vehicle, do not approach it.',
      }),
    ],
  }),
  // NL-Alert: two languages in one text.
  frame('nl-alert', 'public-warning', {
    info: [
      infoIn('nl', 'NL-Alert', {
        category: ['Safety'],
        senderName: 'Veiligheidsregio Zeeland',
        headline: 'Grote brand in Vlissingen',
        description:
          'NL-Alert 22-11-2026 14:05: Grote brand in het havengebied van Vlissingen. Blijf uit de rook. Sluit ramen en deuren. ' +
          'Zet de ventilatie uit. *** Large fire in the port of Vlissingen. Stay out of the smoke. Close windows and doors. ' +
          'Switch off ventilation.',
      }),
    ],
  }),
  // A headline, and not a word more.
  frame('headline-only', 'missing-child', {
    info: [infoIn('nl', 'Vermist Kind Alert', { headline: 'Jip (6) vermist in Ede' })],
    call: ['112'],
  }),
  // The issuer wrote the texts for signs.
  frame('issuer-texts', 'amber', {
    info: [infoIn('nl', 'AMBER Alert', { senderName: 'Politie', headline: 'Noor (9) ontvoerd in Breda' })],
    subject: { name: 'Noor in ’t Veld', age: 9, sex: 'female' },
    vehicle: { make: 'Kia', colour: { nl: 'witte' }, plate: 'C-999-QQ', country: 'NL' },
    call: ['112'],
    short: {
      nl: {
        line90: 'AMBER ALERT: Noor (9), witte Kia C-999-QQ. Gezien? Bel 112',
        panels: ['AMBER ALERT', 'WITTE KIA', 'BEL 112'],
      },
    },
  }),
  // Somebody old, by Burgernet.
  frame('burgernet', 'missing-person', {
    info: [
      infoIn('nl', 'Burgernet', {
        senderName: 'Burgernet',
        headline: 'Vermist in Kapelle',
        description:
          'Vermist: mevrouw Ûlke Jellesma, 84 jaar. Zij is in de war en loopt met een rollator. Ziet u haar? Blijf bij haar en bel.',
      }),
    ],
    subject: { name: 'Ûlke Jellesma', age: 84, sex: 'female', clothes: { nl: 'lichtblauwe jas' } },
    call: ['0800-0000'],
    media: [{ ...photo, focus: undefined }],
  }),
  // A test, which must say so.
  frame('amber-test', 'amber', {
    status: 'Test',
    info: [
      infoIn('nl', 'AMBER Alert', {
        senderName: 'Politie',
        headline: 'Test van AMBER Alert',
        description: 'Dit is een test. U hoeft niets te doen.',
      }),
    ],
    subject: { name: 'Testkind', age: 8 },
    call: ['0800-0000'],
  }),
  frame('drill', 'drill', {
    status: 'Exercise',
    info: [infoIn('nl', 'Oefening', { headline: 'Oefening Waterwolf', description: 'Dit is een oefening.' })],
  }),
  // In letters that most panels do not have.
  frame('other-letters', 'missing-child', {
    info: [
      infoIn('nl', 'Vermist Kind Alert', { senderName: 'Politie', headline: 'نور الدين (7) vermist in Ede' }),
    ],
    subject: { name: 'نور الدين', age: 7, sex: 'male' },
    call: ['112'],
  }),
  // Nothing but the kind.
  frame('nothing', 'public-warning', { info: [infoIn('nl', 'NL-Alert', {})] }),
  // The longest that the model takes.
  frame('longest', 'public-warning', {
    info: [
      infoIn('nl', 'x'.repeat(120), {
        senderName: 'Veiligheidsregio '.repeat(7).trim(),
        headline: 'Zeer lange kop over een zeer grote brand. '.repeat(9).trim(),
        description: 'Dit is een van de zinnen die samen te lang zijn voor elk paneel. '.repeat(61).trim(),
        instruction: 'Blijf binnen en sluit alle ramen, deuren en roosters. '.repeat(70).trim(),
      }),
    ],
    call: ['0800-0000', '0900-0000', '+31 88 000 00 00', '112'],
  }),
  // One word that is longer than every line.
  frame('one-long-word', 'amber', {
    info: [
      infoIn('nl', 'AMBER Alert', {
        headline: 'Hottentottententententoonstellingsterreinbewakersgezin-vermist',
        description: 'Meervoudigepersoonlijkheidsstoornisbehandelcentrumdirectiesecretaresse gezocht.',
      }),
    ],
    subject: { name: `${'Wolfeschlegelsteinhausenbergerdorff'.repeat(3)}`, age: 3 },
    vehicle: { plate: 'QQCCQQCCQQCCQQC', country: 'DE' },
    call: ['+31 88 000 00 00 00'],
  }),
  // Tags, quotes, emoji and marks that are spelling.
  frame('strange-signs', 'public-warning', {
    info: [
      infoIn('nl', 'NL-Alert <b>', {
        headline: '🔥 Brand & rook < 5 km “Het Rif” — blijf weg…',
        description:
          'Temperatuur 1 000 °C; 50 % kans; € 5,00. 🚒🚒 Zie https://crisis.example/a?b=c&d=e. Ja!? Nee…',
        instruction: '{subject.name} is geen naam. 100 % zeker: a/b/c ½ × ÷ „aanhaling”.',
      }),
    ],
  }),
  // A language that no words are there for.
  frame('german', 'missing-child', {
    info: [
      infoIn('de', 'Kind vermisst', {
        senderName: 'Polizei',
        headline: 'Jürgen Groß (6) in Kleve vermisst',
        description: 'Er trägt eine grüne Jacke. Zuletzt gesehen am Bahnhof.',
        instruction: 'Bitte rufen Sie an.',
      }),
    ],
    subject: { name: 'Jürgen Groß', age: 6, clothes: { de: 'grüne Jacke' } },
    call: ['112'],
  }),
]

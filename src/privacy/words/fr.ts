import type { Words } from "./words.ts";

export function fr(): Words {
  return {
    title: "Confidentialité",
    language: "Langue",
    inForceSince: "En vigueur depuis le {day}",
    from: "En vigueur à partir du {day}",
    upcoming: "La notice à venir",
    noNotice: "Aucune notice n’est publiée.",
    inForceNow: "La notice actuellement en vigueur",
    stored: "Ce qui est conservé",
    storedIntro:
      "Ce tableau est produit par le code même du service, et un test le compare à ce que contiennent réellement les bases.",
    what: "Quoi",
    why: "Pourquoi",
    how: "Comment",
    howLong: "Combien de temps",
    holdings: {
      datasets: ["Listes publiques de noms et de plaintes sur des numéros", "Pour dire qui appelle"],
      pages: ["Ce qui est montré des numéros, une page par centaine", "Pour répondre avant la deuxième sonnerie"],
      areas: [
        "Tranches de 10 à 10 000 numéros que des plaintes rendent suspectes",
        "Pour avertir des appelants qui changent de numéro",
      ],
      votes: ["Noms et signalements donnés à un numéro, sans qui les a donnés", "Pour dire qui appelle"],
      standing: [
        "Depuis quand un compte vote, et combien de fois son numéro aujourd’hui",
        "Pour que les votes inventés ne comptent pas",
      ],
      unlisted: [
        "Numéros que leurs titulaires, ou les administrateurs pour eux, ont retirés",
        "Pour qu’ils ne reviennent pas",
      ],
      erasures: [
        "Les comptes en cours d’effacement ; ensuite le reçu, sans données personnelles",
        "Pour l’achever et le prouver",
      ],
      notices: ["Les textes de cette notice", "Pour montrer ce qui a été accepté"],
      audit: [
        "Ce que les administrateurs du service ont fait et pourquoi ; ce qui a été effacé à l’échéance",
        "Pour en répondre",
      ],
      keys: [
        "Quelles clés chiffrent, où en est leur renouvellement et de quels numéros quelque chose de chiffré est conservé",
        "Pour remplacer une clé sans rien perdre et remarquer une clé erronée",
      ],
      work: ["Travail en attente", "Pour le terminer après une panne"],
      memory: ["Pages lues récemment et jetons vérifiés", "Pour répondre vite"],
      messages: [
        "Messages en cours d’envoi : numéro ou adresse e-mail, et texte",
        "Pour les envoyer, même après une panne",
      ],
      campaigns: [
        "Ce que les opérateurs annoncent aux comptes et combien l’ont reçu ; ceux qui l’attendent, en empreintes à clé",
        "Pour l’envoyer une fois à chacun, même après une panne",
      ],
      "opt-outs": [
        "Qu’il a été mis fin aux messages vers un numéro ou une adresse e-mail : par STOP, par un clic, par une plainte, ou parce qu’elle n’existe pas",
        "Pour ne lui envoyer ni promotion ni liens vers des images",
      ],
      deliveries: [
        "Le sort des messages, par jour, pays et opérateur, sans le numéro",
        "Pour voir pourquoi des codes n’arrivent pas",
      ],
      phonebook: [
        "Votre carnet d’adresses, chiffré par vos propres appareils, si vous avez accepté sa synchronisation",
        "Pour l’apporter à vos autres appareils ; le service ne peut pas le lire",
      ],
      quotas: [
        "Ce qu’un numéro a utilisé de ses quotas aujourd’hui : combien de contacts, d’images, de photos et d’exports",
        "Pour que personne n’épuise le service, pas même en effaçant un compte pour en créer un autre",
      ],
      codes: [
        "Codes envoyés, sous forme d’empreintes à clé, et combien ont été demandés",
        "Pour savoir qu’un numéro est le vôtre et freiner les abus",
      ],
      account: [
        "Votre compte : numéro, sessions, appareils, code PIN, consentements et profil",
        "Pour savoir que c’est vous et ce que vous avez accepté",
      ],
      ownership: [
        "Ce que le titulaire a dit d’un numéro prouvé, quand il a été nommé, et ce que les administrateurs en ont décidé",
        "Pour montrer le nom du titulaire, en limiter les changements, et que ce qui a été supprimé ne revienne pas",
      ],
      reports: ["Images signalées et contestations de titulaires", "Pour les examiner et décider"],
      photo: ["La photo que vous montrez en appelant", "Pour la montrer à ceux que vous appelez, si vous le voulez"],
      pictures: ["Images envoyées pendant un appel, et qui peut les voir", "Pour les apporter à leur destinataire"],
      contacts: [
        "Contacts en route vers les votes, mélangés, et ce qu’il faut pour les retirer",
        "Pour dire qui appelle, sans qui l’a partagé",
      ],
    },
    keeping: {
      public: "En clair : c’est public",
      hashed: "Numéros sous forme d’empreintes à clé",
      "hashed-and-sealed": "Numéros sous forme d’empreintes à clé ; noms et textes chiffrés",
      sealed: "Chiffré",
      counts: "Compteurs et jours, sous une empreinte à clé",
      memory: "En mémoire seulement",
    },
    lifetimes: {
      "for-good": "Pour toujours",
      dataset: "Jusqu’au retrait de la liste",
      sealed: "Tant que quelque chose est chiffré avec une clé",
      known: "Tant que quelque chose est connu du numéro",
      withdrawn: "Jusqu’au retrait ; une marque deux ans, un nom cinq au plus",
      account: "Aussi longtemps que le compte",
      "account-day":
        "Aussi longtemps que le compte ; ce qui a été compté aujourd’hui jusqu’à minuit ; qu’un numéro a changé de titulaire, cinq ans",
      seconds: "Quelques secondes",
      isolate: "De quelques secondes à quelques minutes",
      "expiry-day": "Jusqu’à un jour après leur expiration",
      start: "Jusqu’à la réponse START ; d’une adresse e-mail, définitivement",
      "days-7-400": "Sept jours ; les compteurs, 400 jours",
      "days-90": "Les reçus, 90 jours",
      "days-400-30": "400 jours ; les compteurs, 30 jours",
      "days-400-wait": "400 jours ; qui attend, jusqu’à l’envoi, quelques jours au plus",
      "deleted-90": "Jusqu’à leur suppression ; la trace de celle-ci, 90 jours",
      day: "Un jour",
      unsaid: "Jusqu’à ce que le titulaire, ou un administrateur, le retire ; les jours des changements restent",
      decided: "Jusqu’à la décision, 180 jours au plus",
      replaced: "Jusqu’à son remplacement ou son retrait",
      "days-7": "Jusqu’à leur expiration, sept jours au plus",
      shared:
        "Quelques heures en chemin ; ensuite avec les votes, jusqu’à un jour après leur retrait ; le fait d’un retrait, 60 jours",
    },
  };
}

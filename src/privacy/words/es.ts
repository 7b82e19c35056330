import type { Words } from "./words.ts";

export function es(): Words {
  return {
    title: "Privacidad",
    language: "Idioma",
    inForceSince: "En vigor desde el {day}",
    from: "En vigor a partir del {day}",
    upcoming: "El próximo aviso",
    noNotice: "No hay ningún aviso publicado.",
    inForceNow: "El aviso en vigor ahora",
    stored: "Qué se guarda",
    storedIntro:
      "Esta tabla se hace a partir del propio código del servicio, y una prueba la compara con lo que hay de verdad en los almacenes.",
    what: "Qué",
    why: "Para qué",
    how: "Cómo",
    howLong: "Cuánto tiempo",
    holdings: {
      datasets: ["Listas públicas de nombres y de quejas sobre números", "Para decir quién llama"],
      pages: ["Lo que se muestra de los números, una página por cada cien", "Para responder antes del segundo tono"],
      areas: [
        "Grupos de 10 a 10 000 números que las quejas hacen sospechosos",
        "Para avisar de quienes llaman cambiando de número",
      ],
      votes: ["Nombres y marcas de spam dados a un número, sin quién los dio", "Para decir quién llama"],
      standing: [
        "Desde cuándo vota una cuenta, y cuántas veces hoy su número",
        "Para que los votos inventados no cuenten",
      ],
      unlisted: ["Números que sus titulares, o los administradores por ellos, retiraron", "Para que no vuelvan"],
      erasures: [
        "Cuentas que se están borrando; después el recibo, sin datos personales",
        "Para terminarlo y demostrarlo",
      ],
      notices: ["Los textos de este aviso", "Para mostrar lo que se aceptó"],
      audit: [
        "Lo que hicieron los administradores del servicio y por qué; cuánto se borró a su tiempo",
        "Para responder de ello",
      ],
      keys: [
        "Qué claves cifran, hasta dónde llega su renovación y de qué números se guarda algo cifrado",
        "Para cambiar una clave sin perder nada y notar una equivocada",
      ],
      work: ["Trabajo pendiente", "Para terminarlo tras un fallo"],
      memory: ["Páginas leídas hace poco y credenciales comprobadas", "Para responder deprisa"],
      messages: ["Mensajes en camino: número o dirección de correo, y texto", "Para enviarlos, también tras un fallo"],
      campaigns: [
        "Lo que los operadores anuncian a las cuentas y cuántas lo recibieron; las que lo esperan, como resúmenes con clave",
        "Para enviarlo una vez a cada una, también tras un fallo",
      ],
      "opt-outs": [
        "Que se puso fin a los mensajes a un número o una dirección de correo: con STOP, con un clic, con una queja o porque no existe",
        "Para no enviarle promoción ni enlaces a imágenes",
      ],
      deliveries: [
        "Qué fue de los mensajes, por día, país y operador, sin el número",
        "Para ver por qué no llegan los códigos",
      ],
      phonebook: [
        "Su agenda, cifrada por sus propios dispositivos, si aceptó sincronizarla",
        "Para llevarla a sus otros dispositivos; el servicio no puede leerla",
      ],
      quotas: [
        "Lo que un número ha gastado hoy de sus cuotas: cuántos contactos, imágenes, fotos y exportaciones",
        "Para que nadie agote el servicio, tampoco borrando una cuenta y creando otra",
      ],
      codes: [
        "Códigos enviados, como resúmenes con clave, y cuántos se pidieron",
        "Para saber que un número es suyo y frenar abusos",
      ],
      account: [
        "Su cuenta: número, sesiones, dispositivos, PIN, consentimientos y perfil",
        "Para saber que es usted y qué ha aceptado",
      ],
      ownership: [
        "Lo que dijo el titular de un número comprobado, cuándo se nombró por última vez y lo que los administradores decidieron sobre él",
        "Para mostrar el nombre del titular, limitar sus cambios y que no vuelva lo suprimido",
      ],
      reports: ["Imágenes denunciadas y reclamaciones de titulares", "Para examinarlas y decidir"],
      photo: ["La foto que muestra al llamar", "Para mostrarla a quien llama, si usted quiere"],
      pictures: [
        "Imágenes enviadas durante una llamada y quién puede verlas",
        "Para hacerlas llegar a su destinatario",
      ],
      contacts: [
        "Contactos camino de los votos, mezclados, y lo necesario para retirarlos",
        "Para decir quién llama, sin quién lo compartió",
      ],
    },
    keeping: {
      public: "En claro: es público",
      hashed: "Números como resúmenes con clave",
      "hashed-and-sealed": "Números como resúmenes con clave; nombres y textos cifrados",
      sealed: "Cifrado",
      counts: "Recuentos y días, bajo un resumen con clave",
      memory: "Solo en memoria",
    },
    lifetimes: {
      "for-good": "Para siempre",
      dataset: "Hasta que se elimine la lista",
      sealed: "Mientras algo esté cifrado con una clave",
      known: "Mientras se sepa algo del número",
      withdrawn: "Hasta que se retire; una marca dos años y un nombre cinco como máximo",
      account: "Mientras exista la cuenta",
      "account-day":
        "Mientras exista la cuenta; lo contado hoy hasta medianoche; que un número cambió de titular, cinco años",
      seconds: "Segundos",
      isolate: "De segundos a minutos",
      "expiry-day": "Hasta un día después de caducar",
      start: "Hasta que se responda START; de una dirección de correo, para siempre",
      "days-7-400": "Siete días; los recuentos, 400 días",
      "days-90": "Los recibos, 90 días",
      "days-400-30": "400 días; los recuentos, 30 días",
      "days-400-wait": "400 días; quién espera, hasta que se envía, unos días como máximo",
      "deleted-90": "Hasta que las borre; que lo hizo, 90 días",
      day: "Un día",
      unsaid: "Hasta que el titular, o un administrador, lo retire; quedan los días de los cambios",
      decided: "Hasta que se decida, 180 días como máximo",
      replaced: "Hasta que se cambie o se quite",
      "days-7": "Hasta que caduquen, siete días como máximo",
      shared:
        "Unas horas en camino; después, con los votos, hasta un día después de que los retire; que alguien lo hizo, 60 días",
    },
  };
}

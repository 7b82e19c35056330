-- The first notice comes with the code, so that nobody can sign up without one. Operators publish later ones.
INSERT INTO `notices` (`version`, `effective_at`, `published_at`, `texts`) VALUES ('2026-11-01', 1793491200000, 1793491200000, json_array(
json_object('language', 'en', 'title', 'Privacy notice', 'body', 'Konnections tells people who is calling. This notice says what the service keeps for that, why, and for how long. A table of every store, made from the service''s own code, stands at [/privacy](/privacy).

## 1. What we keep, and why

- **Names and marks.** Names that people suggest for a number, spam marks, and public lists of businesses and complaints: to say who calls. A vote is kept without the account that gave it. Whoever holds a number has one vote about each other number, however often they sign up.
- **Your account.** Your phone number, your sessions and devices, what you agreed to, and the profile that you fill in: to know that it is you.
- **Contacts that you share**, if you agree to it: names for numbers, kept so that nothing says who shared them. You can withdraw all of them at any time; names that rest on them alone disappear within a day.
- **Pictures that you send**, until the time that you choose, seven days at most.
- **Recordings and call logs** stay on your phone. No call of this service takes them.

## 2. Your consent

Sharing contacts, syncing the phone book, promotion and personalised advertising happen only with your consent. Each is asked for by itself, and can be withdrawn at any time; that works at once. The rest we need in order to give you the service that you asked for, or it serves the legitimate interest of people who are called in knowing who calls.

## 3. Who else receives data

We sell and rent nothing. Names and spam levels of numbers are shown to people who use the app: that is what the service is for. A provider of SMS or e-mail gets the number or the address and the text of a message that we send. The service runs on Cloudflare, which processes data on our behalf.

## 4. Where

Data is processed in Cloudflare''s network, which spans many countries. Numbers, names and pictures are encrypted or hashed before they are stored.

## 5. How long

The table says it for each kind of data. What is deleted can stand, encrypted as it was, in the platform''s recovery history for another 30 days.

## 6. How it is protected

Numbers are stored as keyed hashes; what must be read back is encrypted. Whoever copies the stores without our keys reads no number, no name, no address and no picture.

Phone numbers are given out again. So a device that your account does not know sees nothing personal until one of your devices approves it, it gives your PIN, or seven days have passed; and an account that was not used for 45 days is erased when somebody signs in with its number, unless they give its PIN.

## 7. Sixteen and older

An account needs the confirmation that you are at least sixteen. Where a date of birth says otherwise, the account ends and nothing of it stays.

## 8. Cookies and tracking

Our pages set no cookies, run no scripts and load nothing from elsewhere.

## 9. Messages

Promotion goes only to accounts that agreed to it, at most twice a month, and only by day in the country of the number. Answer STOP to a message, or open the link in it, to end promotion and links to pictures to that number or address for good; marking an e-mail as spam ends them too. Codes that you ask for, and messages about the service or your account, still arrive, and say why they come. Our e-mails have no pictures and follow no clicks.

## 10. Changes of this notice

A new notice is published at least seven days before it takes effect. What you agreed to stays bound to the text that you agreed to.

## 11. Lookups

Who looked up whom is stored, logged, queued and counted nowhere.

## 12. If you do not use the app

Others may have given a name for your number. You need no account to see what is held on it, to set its name, or to take it out for good: [/unlist](/unlist). Once it is out, what they gave, or give later, counts for nothing; each of them can still read back what they gave themselves, until it has had its time or the account of the number is erased. So whoever finds what they gave gone, without having withdrawn it, can conclude that the number had been taken out.

If you cannot receive a code, operators of the service can take your number out for you. They can also take a name down, or set the name or the spam level of a number. Every such decision is noted in an audit, which is kept for 400 days.

## 13. Your rights

You can see, correct, export and erase what is kept about you, and object to it. Export and erasure are in the app; for a number they are at [/unlist](/unlist). Erasure ends with a signed receipt, which comes when nothing is left: where you shared contacts, up to a day later. What your number has used of its daily quotas (votes, contacts, pictures, photos, exports) stays counted until midnight (UTC): a new account begins with no fresh ones. Votes that you gave on other people''s numbers are kept without you, and fade with time; spam marks go after two years, names after five. You can complain to a data protection authority.

## 14. Contact

Our data protection officer: {{contact}}'),
json_object('language', 'es', 'title', 'Aviso de privacidad', 'body', 'Konnections dice quién llama. Este aviso explica qué guarda el servicio para ello, para qué y durante cuánto tiempo. En [/privacy](/privacy) hay una tabla de todo lo que se almacena, hecha a partir del propio código del servicio.

## 1. Qué guardamos y para qué

- **Nombres y marcas.** Los nombres que la gente propone para un número, las marcas de spam y listas públicas de empresas y de quejas: para decir quién llama. Un voto se guarda sin la cuenta que lo dio. Quien tiene un número tiene un solo voto sobre cada uno de los demás, por muchas veces que se registre.
- **Su cuenta.** Su número de teléfono, sus sesiones y dispositivos, lo que ha aceptado y el perfil que rellene: para saber que es usted.
- **Los contactos que comparta**, si lo acepta: nombres de números, guardados de modo que nada diga quién los compartió. Puede retirarlos todos en cualquier momento; los nombres que solo se apoyan en ellos desaparecen en el plazo de un día.
- **Las imágenes que envíe**, hasta el momento que elija, siete días como máximo.
- **Las grabaciones y los registros de llamadas** se quedan en su teléfono. Ninguna llamada de este servicio los acepta.

## 2. Su consentimiento

Compartir contactos, sincronizar la agenda, la promoción y la publicidad personalizada solo ocurren con su consentimiento. Cada uno se pide por separado y puede retirarse en cualquier momento; surte efecto de inmediato. Lo demás lo necesitamos para prestarle el servicio que pidió, o responde al interés legítimo de quienes reciben llamadas en saber quién llama.

## 3. Quién más recibe datos

No vendemos ni alquilamos nada. Los nombres y niveles de spam de los números se muestran a quienes usan la aplicación: para eso existe el servicio. Un proveedor de SMS o de correo recibe el número o la dirección y el texto de cada mensaje que enviamos. El servicio funciona en Cloudflare, que trata los datos por cuenta nuestra.

## 4. Dónde

Los datos se tratan en la red de Cloudflare, que abarca muchos países. Los números, los nombres y las imágenes se cifran o se convierten en resúmenes con clave antes de guardarse.

## 5. Cuánto tiempo

La tabla lo dice para cada tipo de dato. Lo que se borra puede permanecer, cifrado como estaba, otros 30 días en el historial de recuperación de la plataforma.

## 6. Cómo se protege

Los números se guardan como resúmenes con clave; lo que debe volver a leerse se cifra. Quien copie los almacenes sin nuestras claves no lee ningún número, nombre, dirección ni imagen.

Los números de teléfono se vuelven a asignar. Por eso un dispositivo que su cuenta no conoce no ve nada personal hasta que uno de los suyos lo apruebe, indique su PIN o pasen siete días; y una cuenta que no se usó durante 45 días se borra cuando alguien inicia sesión con su número, salvo que indique su PIN.

## 7. A partir de dieciséis años

Una cuenta requiere la confirmación de que usted tiene al menos dieciséis años. Si una fecha de nacimiento dice otra cosa, la cuenta termina y no queda nada de ella.

## 8. Cookies y rastreo

Nuestras páginas no ponen cookies, no ejecutan programas y no cargan nada de otros sitios.

## 9. Mensajes

La promoción llega solo a las cuentas que la aceptaron, dos veces al mes como máximo, y solo de día en el país del número. Responda STOP a un mensaje, o abra el enlace que contiene, para dejar de recibir para siempre promoción y enlaces a imágenes en ese número o dirección; marcar un correo como spam también les pone fin. Los códigos que usted pida y los mensajes sobre el servicio o su cuenta siguen llegando y dicen por qué llegan. Nuestros correos no llevan imágenes ni siguen los clics.

## 10. Cambios de este aviso

Un aviso nuevo se publica al menos siete días antes de entrar en vigor. Lo que aceptó sigue ligado al texto que aceptó.

## 11. Consultas

Quién consultó a quién no se guarda, registra, encola ni cuenta en ninguna parte.

## 12. Si no usa la aplicación

Otras personas pueden haber dado un nombre para su número. No necesita una cuenta para ver lo que consta de él, fijar su nombre o retirarlo para siempre: [/unlist](/unlist). Una vez retirado, lo que dieron, o den después, no cuenta; cada una puede aún leer lo que dio ella misma, hasta que venza su plazo o se borre la cuenta del número. Así, quien encuentre que ya no está lo que dio, sin haberlo retirado, puede deducir que el número había sido retirado.

Si no puede recibir un código, los administradores del servicio pueden retirar su número por usted. También pueden suprimir un nombre, o fijar el nombre o el nivel de spam de un número. Cada una de estas decisiones se anota en un registro de auditoría, que se conserva 400 días.

## 13. Sus derechos

Puede ver, corregir, exportar y borrar lo que se guarda sobre usted, y oponerse a ello. La exportación y el borrado están en la aplicación; para un número, en [/unlist](/unlist). El borrado termina con un comprobante firmado, que llega cuando ya no queda nada: si compartió contactos, hasta un día después. Lo que su número haya gastado de sus cuotas diarias (votos, contactos, imágenes, fotos, exportaciones) sigue contado hasta medianoche (UTC): una cuenta nueva no las renueva. Los votos que dio sobre números ajenos se guardan sin usted y pierden peso con el tiempo; las marcas de spam se eliminan a los dos años y los nombres a los cinco. Puede reclamar ante una autoridad de protección de datos.

## 14. Contacto

Nuestra delegación de protección de datos: {{contact}}'),
json_object('language', 'fr', 'title', 'Notice de confidentialité', 'body', 'Konnections dit qui appelle. Cette notice explique ce que le service conserve pour cela, pourquoi, et combien de temps. Un tableau de tout ce qui est stocké, produit par le code même du service, se trouve à [/privacy](/privacy).

## 1. Ce que nous conservons, et pourquoi

- **Noms et signalements.** Les noms proposés pour un numéro, les signalements de spam, et des listes publiques d''entreprises et de plaintes : pour dire qui appelle. Un vote est conservé sans le compte qui l''a donné. Qui détient un numéro n''a qu''un vote sur chaque autre numéro, quel que soit le nombre de ses inscriptions.
- **Votre compte.** Votre numéro de téléphone, vos sessions et appareils, ce que vous avez accepté, et le profil que vous remplissez : pour savoir que c''est vous.
- **Les contacts que vous partagez**, si vous l''acceptez : des noms pour des numéros, conservés de sorte que rien ne dise qui les a partagés. Vous pouvez tous les retirer à tout moment ; les noms qui ne reposent que sur eux disparaissent en un jour.
- **Les images que vous envoyez**, jusqu''au moment que vous choisissez, sept jours au plus.
- **Les enregistrements et les journaux d''appels** restent sur votre téléphone. Aucun appel de ce service ne les accepte.

## 2. Votre consentement

Le partage de contacts, la synchronisation du carnet d''adresses, la promotion et la publicité personnalisée n''ont lieu qu''avec votre consentement. Chacun est demandé séparément et peut être retiré à tout moment, avec effet immédiat. Le reste nous est nécessaire pour fournir le service que vous avez demandé, ou sert l''intérêt légitime des personnes appelées à savoir qui appelle.

## 3. Qui d''autre reçoit des données

Nous ne vendons et ne louons rien. Les noms et niveaux de spam des numéros sont montrés aux utilisateurs de l''application : c''est l''objet du service. Un prestataire de SMS ou d''e-mail reçoit le numéro ou l''adresse et le texte de chaque message que nous envoyons. Le service fonctionne chez Cloudflare, qui traite les données pour notre compte.

## 4. Où

Les données sont traitées dans le réseau de Cloudflare, présent dans de nombreux pays. Les numéros, les noms et les images sont chiffrés ou transformés en empreintes à clé avant d''être stockés.

## 5. Combien de temps

Le tableau le dit pour chaque sorte de données. Ce qui est supprimé peut subsister, chiffré comme auparavant, 30 jours de plus dans l''historique de récupération de la plateforme.

## 6. Comment c''est protégé

Les numéros sont stockés comme empreintes à clé ; ce qui doit être relu est chiffré. Qui copie les bases sans nos clés n''y lit ni numéro, ni nom, ni adresse, ni image.

Les numéros de téléphone sont réattribués. Un appareil que votre compte ne connaît pas ne voit donc rien de personnel tant que l''un des vôtres ne l''a pas approuvé, qu''il n''a pas donné votre code PIN ou que sept jours ne sont pas passés ; et un compte inutilisé depuis 45 jours est effacé quand quelqu''un se connecte avec son numéro, sauf s''il donne son code PIN.

## 7. Seize ans et plus

Un compte demande la confirmation que vous avez au moins seize ans. Si une date de naissance dit autre chose, le compte prend fin et rien n''en reste.

## 8. Cookies et suivi

Nos pages ne déposent aucun cookie, n''exécutent aucun script et ne chargent rien d''ailleurs.

## 9. Messages

La promotion ne va qu''aux comptes qui l''ont acceptée, deux fois par mois au plus, et seulement de jour dans le pays du numéro. Répondez STOP à un message, ou ouvrez le lien qu''il contient, pour mettre fin définitivement à la promotion et aux liens vers des images vers ce numéro ou cette adresse ; signaler un e-mail comme spam y met fin aussi. Les codes que vous demandez et les messages sur le service ou votre compte continuent d''arriver, et disent pourquoi. Nos e-mails n''ont pas d''images et ne suivent pas les clics.

## 10. Changements de cette notice

Une nouvelle notice est publiée au moins sept jours avant d''entrer en vigueur. Ce que vous avez accepté reste lié au texte que vous avez accepté.

## 11. Consultations

Qui a consulté qui n''est conservé, journalisé, mis en file ni compté nulle part.

## 12. Si vous n''utilisez pas l''application

D''autres ont pu donner un nom à votre numéro. Sans compte, vous pouvez voir ce qui est conservé à son sujet, fixer son nom, ou le retirer pour de bon : [/unlist](/unlist). Une fois retiré, ce qu''ils ont donné, ou donneront plus tard, ne compte pas ; chacun peut encore relire ce qu''il a donné lui-même, jusqu''à son terme ou à l''effacement du compte de ce numéro. Qui ne retrouve plus ce qu''il a donné, sans l''avoir retiré lui-même, peut donc en déduire que le numéro avait été retiré.

Si vous ne pouvez pas recevoir de code, les administrateurs du service peuvent retirer votre numéro pour vous. Ils peuvent aussi supprimer un nom, ou fixer le nom ou le niveau de spam d''un numéro. Chacune de ces décisions est consignée dans un journal d''audit, conservé 400 jours.

## 13. Vos droits

Vous pouvez voir, corriger, exporter et effacer ce qui est conservé à votre sujet, et vous y opposer. L''export et l''effacement sont dans l''application ; pour un numéro, à [/unlist](/unlist). L''effacement se conclut par un reçu signé, délivré lorsqu''il ne reste rien : si vous avez partagé des contacts, jusqu''à un jour plus tard. Ce que votre numéro a utilisé de ses quotas du jour (votes, contacts, images, photos, exports) reste compté jusqu''à minuit (UTC) : un nouveau compte ne les renouvelle pas. Les votes que vous avez donnés sur les numéros d''autrui sont conservés sans vous et s''estompent avec le temps ; les signalements disparaissent après deux ans, les noms après cinq. Vous pouvez saisir une autorité de protection des données.

## 14. Contact

Notre délégué à la protection des données : {{contact}}'),
json_object('language', 'de', 'title', 'Datenschutzerklärung', 'body', 'Konnections sagt, wer anruft. Diese Erklärung sagt, was der Dienst dafür speichert, wozu und wie lange. Eine Tabelle aller Speicher, aus dem Code des Dienstes selbst erzeugt, steht unter [/privacy](/privacy).

## 1. Was wir speichern, und wozu

- **Namen und Meldungen.** Namen, die Menschen für eine Nummer vorschlagen, Spam-Meldungen sowie öffentliche Listen von Unternehmen und Beschwerden: um zu sagen, wer anruft. Eine Stimme wird ohne das Konto gespeichert, das sie abgegeben hat. Wer eine Nummer hat, hat zu jeder anderen eine einzige Stimme, wie oft auch immer ein Konto neu angelegt wird.
- **Ihr Konto.** Ihre Telefonnummer, Ihre Sitzungen und Geräte, worin Sie eingewilligt haben, und das Profil, das Sie ausfüllen: um zu wissen, dass Sie es sind.
- **Kontakte, die Sie teilen**, wenn Sie einwilligen: Namen zu Nummern, so gespeichert, dass nichts verrät, wer sie geteilt hat. Sie können alle jederzeit zurückziehen; Namen, die nur auf ihnen beruhen, verschwinden innerhalb eines Tages.
- **Bilder, die Sie senden**, bis zu dem Zeitpunkt, den Sie wählen, höchstens sieben Tage.
- **Aufnahmen und Anruflisten** bleiben auf Ihrem Telefon. Kein Aufruf dieses Dienstes nimmt sie an.

## 2. Ihre Einwilligung

Kontakte teilen, Telefonbuch abgleichen, Werbung und personalisierte Werbung gibt es nur mit Ihrer Einwilligung. Jede wird einzeln erfragt und kann jederzeit widerrufen werden; das wirkt sofort. Alles andere brauchen wir, um den Dienst zu leisten, den Sie verlangt haben, oder es dient dem berechtigten Interesse der Angerufenen, zu wissen, wer anruft.

## 3. Wer sonst Daten erhält

Wir verkaufen und vermieten nichts. Namen und Spam-Stufen von Nummern werden den Nutzern der App gezeigt: dafür gibt es den Dienst. Ein Anbieter von SMS oder E-Mail erhält Nummer oder Adresse und Text einer Nachricht, die wir senden. Der Dienst läuft bei Cloudflare, das Daten in unserem Auftrag verarbeitet.

## 4. Wo

Daten werden im Netz von Cloudflare verarbeitet, das viele Länder umfasst. Nummern, Namen und Bilder werden vor dem Speichern verschlüsselt oder mit Schlüssel gehasht.

## 5. Wie lange

Die Tabelle sagt es für jede Art von Daten. Gelöschtes kann, verschlüsselt wie zuvor, noch 30 Tage in der Wiederherstellungshistorie der Plattform stehen.

## 6. Wie es geschützt ist

Nummern werden als Hashwerte mit Schlüssel gespeichert; was wieder gelesen werden muss, ist verschlüsselt. Wer die Speicher ohne unsere Schlüssel kopiert, liest keine Nummer, keinen Namen, keine Adresse und kein Bild.

Telefonnummern werden neu vergeben. Darum sieht ein Gerät, das Ihr Konto nicht kennt, nichts Persönliches, bis eines Ihrer Geräte es zulässt, es Ihre PIN nennt oder sieben Tage vergangen sind; und ein Konto, das 45 Tage nicht benutzt wurde, wird gelöscht, wenn sich jemand mit seiner Nummer anmeldet, außer mit seiner PIN.

## 7. Ab sechzehn

Ein Konto braucht die Bestätigung, dass Sie mindestens sechzehn sind. Sagt ein Geburtsdatum etwas anderes, endet das Konto, und nichts davon bleibt.

## 8. Cookies und Verfolgung

Unsere Seiten setzen keine Cookies, führen keine Skripte aus und laden nichts von anderswo.

## 9. Nachrichten

Werbung geht nur an Konten, die ihr zugestimmt haben, höchstens zweimal im Monat und nur am Tag im Land der Nummer. Antworten Sie STOP auf eine Nachricht oder öffnen Sie den Link darin, um Werbung und Links zu Bildern an diese Nummer oder Adresse für immer zu beenden; auch wer eine E-Mail als Spam meldet, beendet sie. Codes, die Sie anfordern, und Nachrichten über den Dienst oder Ihr Konto kommen weiterhin an und sagen, warum. Unsere E-Mails haben keine Bilder und verfolgen keine Klicks.

## 10. Änderungen dieser Erklärung

Eine neue Erklärung wird mindestens sieben Tage vor ihrem Inkrafttreten veröffentlicht. Worin Sie eingewilligt haben, bleibt an den Text gebunden, dem Sie zugestimmt haben.

## 11. Abfragen

Wer wen abgefragt hat, wird nirgends gespeichert, protokolliert, eingereiht oder gezählt.

## 12. Wenn Sie die App nicht nutzen

Andere können Ihrer Nummer einen Namen gegeben haben. Sie brauchen kein Konto, um zu sehen, was über sie gespeichert ist, ihren Namen festzulegen oder sie auf Dauer herauszunehmen: [/unlist](/unlist). Ist sie heraus, zählt nichts, was sie angegeben haben oder später angeben; jeder kann nur noch seine eigene Angabe lesen, bis ihre Zeit um ist oder das Konto der Nummer gelöscht wird. Wer seine Angabe nicht mehr findet, ohne sie zurückgezogen zu haben, kann daraus schließen, dass die Nummer herausgenommen war.

Können Sie keinen Code empfangen, so können Betreiber des Dienstes Ihre Nummer für Sie herausnehmen. Sie können auch einen Namen entfernen oder Namen und Spam-Stufe einer Nummer festlegen. Jede solche Entscheidung wird in einem Protokoll vermerkt, das 400 Tage aufbewahrt wird.

## 13. Ihre Rechte

Sie können sehen, berichtigen, ausgeben und löschen lassen, was über Sie gespeichert ist, und widersprechen. Ausgabe und Löschung finden Sie in der App, für eine Nummer unter [/unlist](/unlist). Die Löschung endet mit einem signierten Beleg; er kommt, wenn nichts mehr da ist: wo Sie Kontakte geteilt haben, bis zu einem Tag später. Was Ihre Nummer von ihren täglichen Kontingenten (Stimmen, Kontakte, Bilder, Fotos, Ausgaben) verbraucht hat, bleibt bis Mitternacht (UTC) gezählt: Ein neues Konto füllt sie nicht auf. Stimmen, die Sie zu fremden Nummern abgegeben haben, bleiben ohne Sie gespeichert und verblassen mit der Zeit; Spam-Markierungen gehen nach zwei Jahren, Namen nach fünf. Sie können sich bei einer Datenschutzbehörde beschweren.

## 14. Kontakt

Datenschutzbeauftragte Stelle: {{contact}}'),
json_object('language', 'hi', 'title', 'निजता सूचना', 'body', 'Konnections बताता है कि कौन कॉल कर रहा है। यह सूचना बताती है कि इसके लिए सेवा क्या रखती है, क्यों, और कब तक। जो कुछ भी संग्रहित है उसकी तालिका, जो सेवा के अपने कोड से बनती है, [/privacy](/privacy) पर है।

## 1. हम क्या रखते हैं, और क्यों

- **नाम और निशान।** लोग किसी नंबर के लिए जो नाम सुझाते हैं, स्पैम के निशान, और व्यवसायों व शिकायतों की सार्वजनिक सूचियाँ: यह बताने के लिए कि कौन कॉल कर रहा है। मत उस खाते के बिना रखा जाता है जिसने उसे दिया। जिसके पास कोई नंबर है, वह हर दूसरे नंबर पर एक ही मत दे सकता है, चाहे वह कितनी भी बार खाता बनाए।
- **आपका खाता।** आपका फ़ोन नंबर, आपके सत्र और उपकरण, जिन बातों पर आपने सहमति दी, और जो प्रोफ़ाइल आप भरते हैं: यह जानने के लिए कि आप ही हैं।
- **जो संपर्क आप साझा करते हैं**, यदि आप सहमत हों: नंबरों के नाम, इस तरह रखे गए कि कुछ भी न बताए कि उन्हें किसने साझा किया। आप सभी को कभी भी वापस ले सकते हैं; जो नाम केवल उन्हीं पर टिके हैं वे एक दिन के भीतर हट जाते हैं।
- **जो चित्र आप भेजते हैं**, आपके चुने समय तक, अधिक से अधिक सात दिन।
- **रिकॉर्डिंग और कॉल लॉग** आपके फ़ोन पर ही रहते हैं। इस सेवा का कोई अनुरोध उन्हें नहीं लेता।

## 2. आपकी सहमति

संपर्क साझा करना, फ़ोन बुक को सिंक करना, प्रचार और वैयक्तिकृत विज्ञापन केवल आपकी सहमति से होते हैं। हर एक अलग से पूछा जाता है और कभी भी वापस लिया जा सकता है; यह तुरंत लागू होता है। बाकी हमें वह सेवा देने के लिए चाहिए जो आपने माँगी, या वह उन लोगों के वैध हित में है जिन्हें कॉल आती है, ताकि वे जानें कि कौन कॉल कर रहा है।

## 3. डेटा और किसे मिलता है

हम कुछ भी बेचते या किराए पर नहीं देते। नंबरों के नाम और स्पैम के स्तर ऐप के उपयोगकर्ताओं को दिखाए जाते हैं: सेवा इसी के लिए है। SMS या ई-मेल प्रदाता को हमारे भेजे संदेश का नंबर या पता और पाठ मिलता है। सेवा Cloudflare पर चलती है, जो हमारी ओर से डेटा संसाधित करता है।

## 4. कहाँ

डेटा Cloudflare के नेटवर्क में संसाधित होता है, जो कई देशों में फैला है। नंबर, नाम और चित्र रखे जाने से पहले एन्क्रिप्ट या कुंजी से हैश किए जाते हैं।

## 5. कब तक

तालिका हर प्रकार के डेटा के लिए यह बताती है। जो मिटाया जाता है वह, पहले की तरह एन्क्रिप्टेड, प्लेटफ़ॉर्म के पुनर्प्राप्ति इतिहास में 30 दिन और रह सकता है।

## 6. सुरक्षा कैसे होती है

नंबर कुंजी वाले हैश के रूप में रखे जाते हैं; जिसे फिर पढ़ना हो वह एन्क्रिप्टेड है। हमारी कुंजियों के बिना भंडारों की नकल करने वाला कोई नंबर, नाम, पता या चित्र नहीं पढ़ सकता।

फ़ोन नंबर दोबारा दिए जाते हैं। इसलिए जिस उपकरण को आपका खाता नहीं जानता, वह तब तक कुछ भी निजी नहीं देखता जब तक आपका कोई उपकरण उसे मंज़ूर न करे, वह आपका पिन न बताए या सात दिन न बीत जाएँ; और जिस खाते का 45 दिन उपयोग नहीं हुआ, वह उसके नंबर से किसी के साइन इन करने पर मिटा दिया जाता है, जब तक वह उसका पिन न बताए।

## 7. सोलह वर्ष और अधिक

खाते के लिए यह पुष्टि चाहिए कि आप कम से कम सोलह वर्ष के हैं। यदि जन्म तिथि कुछ और बताए, तो खाता समाप्त हो जाता है और उसका कुछ भी नहीं बचता।

## 8. कुकी और ट्रैकिंग

हमारे पन्ने कोई कुकी नहीं रखते, कोई स्क्रिप्ट नहीं चलाते और कहीं और से कुछ नहीं लाते।

## 9. संदेश

प्रचार केवल उन्हीं खातों को जाता है जिन्होंने सहमति दी, महीने में अधिक से अधिक दो बार, और केवल नंबर के देश में दिन के समय। उस नंबर या पते पर प्रचार और चित्रों के लिंक हमेशा के लिए बंद करने के लिए संदेश का उत्तर STOP लिखकर दें या उसमें दिया लिंक खोलें; ई-मेल को स्पैम बताने से भी वे बंद हो जाते हैं। जो कोड आप माँगते हैं, और सेवा या आपके खाते के बारे में संदेश, फिर भी आते हैं और बताते हैं कि क्यों। हमारे ई-मेल में न चित्र होते हैं, न क्लिक का पीछा।

## 10. इस सूचना में बदलाव

नई सूचना लागू होने से कम से कम सात दिन पहले प्रकाशित होती है। जिस पर आपने सहमति दी वह उसी पाठ से बँधी रहती है जिस पर आप सहमत हुए।

## 11. खोजें

किसने किसे खोजा, यह कहीं भी न रखा जाता है, न दर्ज होता है, न कतार में जाता है, न गिना जाता है।

## 12. यदि आप ऐप का उपयोग नहीं करते

दूसरों ने आपके नंबर के लिए कोई नाम दिया हो सकता है। यह देखने के लिए कि उसके बारे में क्या रखा है, उसका नाम तय करने के लिए, या उसे हमेशा के लिए हटाने के लिए आपको खाते की ज़रूरत नहीं: [/unlist](/unlist)। हट जाने पर उन्होंने जो दिया, या बाद में दें, वह कुछ भी नहीं गिना जाता; हर कोई केवल अपना दिया हुआ पढ़ सकता है, जब तक उसका समय पूरा न हो या उस नंबर का खाता मिटाया न जाए। इसलिए जिसे अपना दिया हुआ, बिना वापस लिए, अब न मिले, वह समझ सकता है कि वह नंबर हटाया गया था।

यदि आपको कोड नहीं मिल सकता, तो सेवा के संचालक आपके लिए आपका नंबर हटा सकते हैं। वे कोई नाम भी हटा सकते हैं, या किसी नंबर का नाम या स्पैम का स्तर तय कर सकते हैं। ऐसा हर निर्णय एक ऑडिट में दर्ज होता है, जो 400 दिन रखा जाता है।

## 13. आपके अधिकार

आपके बारे में जो रखा है उसे आप देख, सुधार, निर्यात और मिटवा सकते हैं, और उस पर आपत्ति कर सकते हैं। निर्यात और मिटाना ऐप में हैं; किसी नंबर के लिए [/unlist](/unlist) पर। मिटाने के अंत में एक हस्ताक्षरित रसीद मिलती है, जब कुछ भी शेष न रहे: यदि आपने संपर्क साझा किए थे तो एक दिन तक बाद। आपके नंबर ने दिन के कोटे (मत, संपर्क, चित्र, फ़ोटो, निर्यात) में से जितना उपयोग किया, वह आधी रात (UTC) तक गिना रहता है: नया खाता बनाने से कोटा फिर से नहीं भरता। दूसरों के नंबरों पर आपके दिए मत आपके बिना रखे जाते हैं और समय के साथ हल्के होते जाते हैं; स्पैम के निशान दो साल बाद और नाम पाँच साल बाद हट जाते हैं। आप डेटा संरक्षण प्राधिकरण से शिकायत कर सकते हैं।

## 14. संपर्क

हमारे डेटा संरक्षण अधिकारी: {{contact}}'),
json_object('language', 'ar', 'title', 'إشعار الخصوصية', 'body', 'تخبر Konnections الناس بمن يتصل. يبيّن هذا الإشعار ما تحفظه الخدمة لذلك، ولماذا، وإلى متى. وفي [صفحة الخصوصية](/privacy) جدول بكل ما يُخزَّن، مأخوذ من شيفرة الخدمة نفسها.

## 1. ما الذي نحفظه ولماذا

- **الأسماء والعلامات.** الأسماء التي يقترحها الناس لرقم، وعلامات الإزعاج، وقوائم عامة بالشركات والشكاوى: لمعرفة من يتصل. يُحفظ التصويت دون الحساب الذي أعطاه. ولصاحب الرقم صوت واحد على كل رقم آخر، مهما أنشأ من حسابات.
- **حسابك.** رقم هاتفك، وجلساتك وأجهزتك، وما وافقت عليه، والملف الذي تملؤه: لمعرفة أنك أنت.
- **جهات الاتصال التي تشاركها**، إن وافقت: أسماء لأرقام، تُحفظ بحيث لا يدلّ شيء على من شاركها. يمكنك سحبها كلها في أي وقت، وتختفي خلال يوم الأسماء التي لا تستند إلا إليها.
- **الصور التي ترسلها**، حتى الوقت الذي تختاره، سبعة أيام على الأكثر.
- **التسجيلات وسجلات المكالمات** تبقى في هاتفك. لا يأخذها أي طلب في هذه الخدمة.

## 2. موافقتك

مشاركة جهات الاتصال ومزامنة دفتر الهاتف والترويج والإعلانات المخصّصة لا تتم إلا بموافقتك. تُطلب كل موافقة على حدة، ويمكن سحبها في أي وقت، ويسري ذلك فورًا. أما الباقي فنحتاج إليه لتقديم الخدمة التي طلبتها، أو لأنه يخدم المصلحة المشروعة لمن تصلهم المكالمات في معرفة من يتصل.

## 3. من غيرنا يتلقى البيانات

لا نبيع شيئًا ولا نؤجّره. تُعرض أسماء الأرقام ومستويات الإزعاج على مستخدمي التطبيق: فهذا غرض الخدمة. يتلقى مزوّد الرسائل القصيرة أو البريد رقم الرسالة التي نرسلها أو عنوانها ونصّها. تعمل الخدمة على Cloudflare التي تعالج البيانات نيابة عنا.

## 4. أين

تُعالَج البيانات في شبكة Cloudflare الممتدة في بلدان كثيرة. تُشفَّر الأرقام والأسماء والصور أو تُحوَّل إلى بصمات بمفتاح قبل تخزينها.

## 5. إلى متى

يبيّن الجدول ذلك لكل نوع من البيانات. وما يُحذف قد يبقى، مشفّرًا كما كان، 30 يومًا أخرى في سجل الاستعادة لدى المنصّة.

## 6. كيف تُحمى

تُخزَّن الأرقام بصمات بمفتاح، وما يجب أن يُقرأ ثانيةً يُشفَّر. من ينسخ المخازن دون مفاتيحنا لا يقرأ رقمًا ولا اسمًا ولا عنوانًا ولا صورة.

تُمنح أرقام الهاتف من جديد. لذلك لا يرى جهازٌ لا يعرفه حسابك شيئًا شخصيًا حتى يوافق عليه أحد أجهزتك، أو يُدخل رمزك السري، أو تمضي سبعة أيام؛ ويُمحى الحساب الذي لم يُستخدم 45 يومًا حين يسجّل أحدٌ الدخول برقمه، إلا إذا أدخل رمزه السري.

## 7. ستة عشر عامًا فأكثر

يتطلب الحساب تأكيدًا بأن عمرك ستة عشر عامًا على الأقل. وإذا دلّ تاريخ الميلاد على غير ذلك، انتهى الحساب ولم يبقَ منه شيء.

## 8. ملفات الارتباط والتتبّع

لا تضع صفحاتنا ملفات ارتباط، ولا تشغّل برامج، ولا تحمّل شيئًا من مكان آخر.

## 9. الرسائل

لا يرسل الترويج إلا إلى الحسابات التي وافقت عليه، مرتين في الشهر على الأكثر، وفي النهار فقط في بلد الرقم. أجب بكلمة STOP على رسالة، أو افتح الرابط الذي فيها، لإيقاف الترويج وروابط الصور إلى ذلك الرقم أو العنوان نهائيا؛ والإبلاغ عن رسالة بريد بأنها مزعجة يوقفها أيضا. أما الرموز التي تطلبها والرسائل عن الخدمة أو عن حسابك فتصل مع ذلك، وتقول لماذا وصلت. رسائلنا البريدية بلا صور ولا تتبع النقرات.

## 10. تغييرات هذا الإشعار

يُنشر الإشعار الجديد قبل سريانه بسبعة أيام على الأقل. ويبقى ما وافقت عليه مرتبطًا بالنص الذي وافقت عليه.

## 11. عمليات البحث

من بحث عمّن: لا يُخزَّن ذلك ولا يُسجَّل ولا يوضع في طابور ولا يُعَدّ في أي مكان.

## 12. إن كنت لا تستخدم التطبيق

ربما أعطى آخرون اسمًا لرقمك. لا تحتاج إلى حساب لترى ما يُحفظ عنه، أو لتحدّد اسمه، أو لتزيله نهائيًا: [صفحة رقمك](/unlist). ومتى أُزيل لا يُحتسب شيء مما أعطوه أو يعطونه لاحقًا؛ ويمكن لكل منهم أن يقرأ ما أعطاه هو فقط، إلى أن تنتهي مدته أو يُمحى حساب الرقم. لذلك من لم يعد يجد ما أعطاه، دون أن يسحبه، يمكنه أن يستنتج أن الرقم كان قد أُزيل.

إن تعذّر عليك تلقّي رمز، أمكن لمشغّلي الخدمة أن يزيلوا رقمك نيابةً عنك. ويمكنهم أيضًا أن يزيلوا اسمًا، أو أن يحدّدوا اسم رقم أو مستوى الإزعاج الخاص به. ويُدوَّن كل قرار من هذا النوع في سجل تدقيق يُحفظ 400 يوم.

## 13. حقوقك

يمكنك أن ترى ما يُحفظ عنك وأن تصحّحه وتصدّره وتمحوه وأن تعترض عليه. التصدير والمحو في التطبيق، وللأرقام في [صفحة رقمك](/unlist). ينتهي المحو بإيصال موقّع يأتي حين لا يبقى شيء: إن كنت قد شاركت جهات اتصال فبعد يوم على الأكثر. ويبقى ما استهلكه رقمك من حصصه اليومية (الأصوات وجهات الاتصال والصور وصورة المتصل والتصدير) محسوبًا حتى منتصف الليل (UTC): فالحساب الجديد لا يجدّدها. أما الأصوات التي أعطيتها لأرقام غيرك فتُحفظ دونك ويقلّ وزنها مع الوقت؛ وتزول علامات الإزعاج بعد سنتين والأسماء بعد خمس. ويمكنك تقديم شكوى إلى سلطة حماية البيانات.

## 14. الاتصال

مسؤول حماية البيانات لدينا: {{contact}}')
));

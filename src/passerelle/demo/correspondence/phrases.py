"""What customers write about, in the language in which they write it: subjects, texts, answers."""

from dataclasses import dataclass

from passerelle.demo.company import ENGLISH, FRENCH, Language


@dataclass(frozen=True, slots=True)
class Topic:
    """A first letter, our answer to it, and what the customer says to that."""

    subject: str
    text: str
    answer: str
    reaction: str


TOPICS: dict[Language, tuple[Topic, ...]] = {
    FRENCH: (
        Topic(
            "Devis pour l'éclairage du hall",
            "Pourriez-vous nous envoyer un devis pour douze suspensions dans notre hall d'entrée ?"
            "\n\nLe plafond est à 4,20 m.",
            "Voici notre devis : douze suspensions Aurore, posées, 4 860 € hors taxes.",
            "Merci, c'est conforme à notre budget. Quand pouvez-vous passer ?",
        ),
        Topic(
            "Une lampe de la série Brume clignote",
            "Depuis lundi, une des lampes Brume clignote toutes les dix minutes.\n\n"
            "Nous avons déjà changé le variateur.",
            "Cela vient sans doute du pilote. Nous vous en envoyons un autre demain.",
            "Bien reçu, le nouveau pilote fonctionne. Merci de votre réactivité !",
        ),
        Topic(
            "Facture de mars : adresse à corriger",
            "Sur la facture de mars, l'adresse est celle de notre ancien siège.\n"
            "Pouvez-vous la corriger ?",
            "C'est corrigé, la nouvelle facture part aujourd'hui.",
            "Parfait, elle est partie en comptabilité.",
        ),
        Topic(
            "Livraison du 14 : il manque deux cartons",
            "La livraison est bien arrivée, mais il manque deux cartons de spots.",
            "Nous les avons retrouvés à l'entrepôt ; ils arrivent jeudi.",
            "Très bien. Jeudi matin, si possible, le quai ferme à midi.",
        ),
        Topic(
            "Visite de l'atelier avec nos élèves",
            "Nous aimerions visiter votre atelier avec une classe de vingt-quatre élèves.",
            "Avec plaisir : le premier vendredi du mois vous conviendrait-il ?",
            "Ce vendredi nous va. Nous serons vingt-six avec les accompagnateurs.",
        ),
        Topic(
            "Température de couleur pour les vitrines",
            "Pour nos vitrines, conseillez-vous 2 700 K ou 3 000 K ?",
            "3 000 K, avec un indice de rendu des couleurs d'au moins 95.",
            "Nous partons donc sur 3 000 K. Pouvez-vous nous prêter un échantillon ?",
        ),
        Topic(
            "Renouvellement du contrat d'entretien",
            "Notre contrat d'entretien se termine le mois prochain. Quelles sont les conditions "
            "de renouvellement ?",
            "Les mêmes que l'an dernier, avec une visite de plus.",
            "Nous acceptons. Envoyez-nous le contrat à signer.",
        ),
        Topic(
            "Plan d'implantation des luminaires",
            "L'architecte demande le plan d'implantation du premier étage avant vendredi.",
            "Le voici, à jour de la réunion de chantier.",
            "Merci, je le transmets. Il reste la question des issues de secours.",
        ),
        Topic(
            "Commande 4471 : changement de finition",
            "Est-il encore temps de passer les appliques en noir mat ?",
            "Oui, la peinture commence la semaine prochaine.",
            "Ouf ! Noir mat donc, pour les dix-huit appliques.",
        ),
        Topic(
            "Certificat de conformité",
            "Le bureau de contrôle réclame le certificat de conformité des luminaires de secours.",
            "Il part par courrier aujourd'hui, une copie suit par mail.",
            "Bien reçu, le dossier est complet.",
        ),
        Topic(
            "Rendez-vous mardi à 9 h",
            "Peut-on avancer le rendez-vous de mardi à 9 h ? Le gardien ouvre plus tôt.",
            "Mardi 9 h, c'est noté.",
            "Parfait. Sonnez à l'entrée de service.",
        ),
    ),
    ENGLISH: (
        Topic(
            "Quote for the foyer lights",
            "Could you send us a quote for sixteen wall lights in our foyer?\n\n"
            "The walls are oak panels, so nothing that gets hot, please.",
            "Here is our quote: sixteen Haze wall lights, fitted, 5,120 pounds before tax.",
            "Thank you, that works for us. How soon could you start?",
        ),
        Topic(
            "Dimmer hums on the second floor",
            "The dimmer on the second floor has started to hum whenever it is below half.",
            "That model needs a newer module; an engineer can swap it on Tuesday.",
            "Tuesday is fine. Please ring the bell at the side entrance.",
        ),
        Topic(
            "Invoice 2207 paid twice",
            "We seem to have paid invoice 2207 twice. Could you check and refund one payment?",
            "You did, and we are sorry not to have noticed. The refund left this morning.",
            "It has arrived. Thanks for sorting it so quickly.",
        ),
        Topic(
            "Delivery slot for next week",
            "Can the spotlights come on Wednesday?\n\nOur dock is closed on Monday.",
            "Wednesday between eight and ten is yours.",
            "Perfect, somebody will be there from half past seven.",
        ),
        Topic(
            "Emergency lighting certificate",
            "Our insurer asks for the certificate of the emergency lighting. Where do we find it?",
            "It is attached to last year's report; here it is again.",
            "Got it, thank you. The insurer is happy.",
        ),
        Topic(
            "Sample of the brushed brass finish",
            "Before we order, could we see a sample of the brushed brass finish?",
            "Of course. A sample left with today's post.",
            "It came today and it is lovely. We will take forty.",
        ),
        Topic(
            "Stage lights for the autumn season",
            "We plan three productions this autumn and need to rent twelve profile spots.",
            "All twelve are free from September. Shall we reserve them?",
            "Yes, please reserve them until the end of November.",
        ),
        Topic(
            "Order 5120: change of finish",
            "Is it too late to have the wall lights in matt black instead?",
            "Not at all, the paint shop starts on Monday.",
            "Great. Matt black for all eighteen, then.",
        ),
        Topic(
            "Site visit on Tuesday",
            "Could we move Tuesday's site visit to nine o'clock?",
            "Nine on Tuesday it is.",
            "See you there. Hard hats are at the gate.",
        ),
        Topic(
            "Driver for the Haze pendant",
            "One of our Haze pendants needs a new driver. Do you keep them in stock?",
            "We do; one is on its way to you.",
            "It arrived and works. Thank you for the quick help.",
        ),
        Topic(
            "Energy figures for our report",
            "For our annual report we need the yearly consumption of the new lighting.",
            "About 11,400 kWh a year, 62 % less than before. The sheet is attached.",
            "Those are lovely numbers. May we quote you?",
        ),
    ),
}
GREETING = {FRENCH: "Bonjour {name},", ENGLISH: "Dear {name},"}
CLOSING = {FRENCH: "Bien cordialement,", ENGLISH: "Kind regards,"}
FORWARD_MARK = {FRENCH: "TR : ", ENGLISH: "FW: "}
GIVEN_ON = {
    FRENCH: "Je vous transmets cet échange, car nous avons une nouvelle demande : la même chose, "
    "mais pour notre second bâtiment.",
    ENGLISH: "I am passing this on, as we have a new request: the same again, but for our second "
    "building.",
}
REACTIONS: dict[Language, tuple[str, ...]] = {
    FRENCH: (
        "Merci de votre réponse rapide. C'est parfait pour nous.",
        "C'est noté. Je reviens vers vous demain avec les dates.",
        "Merci ! Encore une question : la garantie couvre-t-elle aussi la pose ?",
    ),
    ENGLISH: (
        "Thank you for the quick answer, that is exactly what we needed.",
        "Noted. I will come back to you tomorrow with the dates.",
        "Thanks! One more question: does the warranty cover the fitting as well?",
    ),
}

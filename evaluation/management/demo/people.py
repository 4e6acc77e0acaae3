"""The demo's cast. Every person, project and company here is invented; the communes are real."""

FIRST_WOMEN = (
    "Aïcha Amandine Anaïs Aurore Awa Camille Céline Chloé Claire Djamila Élise Emma Fanny Fatou Gwenaëlle Hélène "
    "Inès Jeanne Julie Katell Laure Léa Louise Maëlle Manon Marion Nadia Noémie Oriane Pauline Rozenn Salomé Sarah "
    "Solenn Yasmina Zoé"
).split()
FIRST_MEN = (
    "Adrien Alexis Bastien Boris Cédric Damien Erwan Étienne Florian Gaël Hugo Ibrahim Jean-Marc Karim Loïc Malo "
    "Mehdi Mathis Nathan Olivier Pierrick Quentin Rémi Ronan Samir Simon Thibault Tristan Victor Yann"
).split()
LAST = (
    "Abgrall Auffret Baron Beaulieu Bellanger Benali Bernier Blanchard Boisseau Bourdin Brossard Cadoret Camara "
    "Chauvin Chevalier Cissé Cochard Corbineau Couëdel Daviau Delaunay Diarra Drouet Durassier Échard Évano Fauchet "
    "Ferrand Gautreau Giraudet Gourvennec Guérin Guilbaud Haddad Hamon Haury Jaunet Jolivet Kerbrat Lebreton Ledoux "
    "Lemarié Loiseau Mabileau Mahé Maillard Ménard Morisseau Nicol Oger Orain Padioleau Pavageau Pellerin Perraud "
    "Quéré Rabin Richardeau Rivallain Robin Rousselot Sachot Salaün Sauvaget Sow Tessier Thébaud Toublanc Traoré "
    "Vallet Verger Viaud Vinet Yvon Zerbib Mandin Pineau Gendron Rineau Clénet"
).split()

# name, pitch, themes, general interest
PROJECTS: list[tuple[str, str, list[str], bool]] = [
    ("La Bonne Graine", "Une épicerie participative qui livre à vélo", ["alimentation"], False),
    ("Répar’Lab", "Un atelier de réparation partagé dans le quartier", ["réemploi"], True),
    ("Les Toits Verts", "Des potagers sur les toits des écoles", ["alimentation", "éducation"], True),
    ("Cyclo-Relais", "La livraison du dernier kilomètre en coopérative", ["mobilité"], False),
    ("Mot à Mot", "Des ateliers d’écriture pour apprendre le français", ["éducation"], True),
    ("La Ressourcerie du Port", "Collecter et revendre les matériaux de chantier", ["réemploi"], True),
    ("Papilles Solidaires", "Une cantine d’insertion en circuit court", ["alimentation", "insertion"], True),
    ("Grandir Dehors", "Une crèche en plein air", ["petite enfance"], True),
    ("Atelier Chanvre", "Isoler les maisons avec du chanvre local", ["habitat"], False),
    ("Tisseuses", "Une filière textile recyclée et locale", ["réemploi", "mode"], False),
    ("Le Fil Bleu", "Rompre l’isolement des aînés par le jardin", ["grand âge"], True),
    ("Énergie d’Ici", "Des toitures solaires citoyennes", ["énergie"], True),
    ("Compost & Cie", "Le compost de quartier ramassé à vélo", ["déchets"], True),
    ("La Fabrique à Sons", "Un studio d’enregistrement associatif", ["culture"], True),
    ("Habitons Demain", "L’habitat participatif accompagné pas à pas", ["habitat"], False),
    ("Nov’Emploi", "Une conciergerie solidaire en pied d’immeuble", ["insertion"], True),
    ("Code & Vous", "Le numérique expliqué à celles qui n’osent pas", ["numérique"], True),
    ("La Laverie", "Une laverie-café pour se rencontrer", ["lien social"], False),
    ("Bocaux Locaux", "Des conserves à partir d’invendus", ["alimentation"], False),
    ("Sève", "L’entretien écologique des jardins par l’insertion", ["insertion"], True),
    ("Rivages", "Des sorties nature accessibles à toutes et tous", ["handicap"], True),
    ("L’Échappée", "Une auto-école solidaire", ["mobilité"], True),
    ("Briques & Brins", "Former à la construction en terre crue", ["habitat", "formation"], False),
    ("Le Relais des Mères", "Un café des familles", ["petite enfance"], True),
    ("Ondes Courtes", "Une radio de quartier faite par les jeunes", ["culture", "jeunesse"], True),
    ("Voile pour Tous", "La navigation adaptée sur l’Erdre", ["handicap", "sport"], True),
    ("Pain Levé", "Une boulangerie coopérative", ["alimentation"], False),
    ("Papier Mâché", "Du mobilier en carton recyclé", ["réemploi"], False),
    ("La Traverse", "L’aide à domicile en coopérative", ["grand âge"], False),
    ("Semeurs d’Images", "Un atelier photo itinérant", ["culture"], True),
    ("Coup de Pousse", "Des espaces de travail pour projets utiles", ["entrepreneuriat"], False),
    ("Vélo-École Sud-Loire", "Apprendre le vélo à tout âge", ["mobilité"], True),
    ("Ferme des Trois Rives", "Maraîchage et accueil social", ["alimentation", "insertion"], True),
    ("Les Mains Vertes", "Végétaliser les pieds d’immeubles", ["biodiversité"], True),
    ("Solibri", "Une librairie d’occasion solidaire", ["culture", "réemploi"], False),
    ("Gourmandises d’Estuaire", "Un traiteur végétal et local", ["alimentation"], False),
    ("Bulle d’Air", "Le répit des aidantes et aidants", ["santé"], True),
    ("Néo-Bâti", "Le diagnostic réemploi des bâtiments", ["habitat", "réemploi"], False),
    ("Langues de Loire", "La traduction solidaire", ["culture"], False),
    ("Le Grand Bol", "Des repas consignés pour les entreprises", ["alimentation", "déchets"], False),
    ("Passerelle", "Le parrainage vers l’emploi", ["insertion"], True),
    ("Courants d’Art", "Une résidence d’artistes sur péniche", ["culture"], True),
    ("Kiosque Santé", "La prévention santé sur les marchés", ["santé"], True),
    ("Re-Cycle Nord", "Un atelier vélo d’insertion", ["mobilité", "insertion"], True),
    ("La Cabane à Jeux", "Une ludothèque itinérante", ["petite enfance"], True),
    ("Fibres d’Erdre", "Du papier de plantes locales", ["artisanat"], False),
    ("Terre en Commun", "Installer des paysannes et paysans", ["alimentation"], True),
    ("Oh les Toits", "La rénovation accompagnée des copropriétés", ["habitat", "énergie"], False),
    ("Le Petit Atelier", "La couture professionnelle et l’insertion", ["insertion", "mode"], True),
    ("Mer & Mémoires", "Le récit de vie des dockers et marins", ["culture", "grand âge"], True),
    ("Potager Partagé", "Relier jardins et cantines", ["alimentation"], True),
    ("Zéro Perdu", "La consigne des bouteilles", ["déchets"], False),
    ("Allons-y", "Le covoiturage solidaire des villages", ["mobilité"], True),
    ("Un Toit Deux Âges", "La cohabitation entre générations", ["habitat", "grand âge"], True),
    ("La Mue", "Une friperie-atelier", ["mode", "réemploi"], False),
    ("Sentiers", "L’orientation des jeunes par le dehors", ["jeunesse"], True),
    ("Brasserie du Marais", "Une brasserie d’insertion", ["alimentation", "insertion"], False),
    ("Tous en Scène", "Le théâtre avec les personnes sourdes", ["culture", "handicap"], True),
    ("Logis Loire", "L’intermédiation locative", ["habitat"], True),
    ("Graines de Code", "Des ateliers de programmation pour filles", ["numérique", "jeunesse"], True),
]

# themes, sectors
KNOW_HOW: list[tuple[list[str], list[str]]] = [
    (["business_model", "market"], ["alimentation", "déchets"]),
    (["funding", "management"], ["réemploi", "énergie"]),
    (["governance", "legal"], ["habitat", "énergie"]),
    (["communication", "digital"], ["numérique", "culture"]),
    (["legal", "governance"], ["insertion", "grand âge"]),
    (["team", "posture"], ["insertion", "formation"]),
    (["negotiation", "market"], ["mode", "réemploi"]),
    (["business_model", "management"], ["mobilité"]),
    (["funding", "impact"], ["habitat", "handicap"]),
    (["market", "communication"], ["alimentation"]),
    (["impact", "governance"], ["culture", "jeunesse"]),
    (["posture", "impact"], ["santé", "petite enfance"]),
]

TRAININGS = (
    ("Écoute active et questionnement", 7),
    ("Accompagner sans diriger", 14),
    ("Les statuts de l’économie sociale et solidaire", 6),
    ("Repérer l’épuisement", 3.5),
)

MENTOR_WORDS = (
    "J’aimerais quelqu’un qui a déjà tenu un budget associatif et qui ose me dire quand je me disperse.",
    "Je cherche surtout un regard extérieur avant de choisir mon statut.",
    "Quelqu’un qui connaît le quartier, et les matins de préférence.",
    "",
)

HEADLINES = [
    "Vingt ans à la tête d’une coopérative",
    "Expertise comptable, quinze ans auprès d’associations",
    "À l’origine d’une SCIC de l’alimentation",
    "Responsable RSE dans l’industrie",
    "Droit des sociétés, quinze ans au barreau",
    "Développement territorial, côté collectivités",
]

# name, activity, commune (INSEE code)
COMPANIES: list[tuple[str, str, str]] = [
    ("Menuiserie des Deux Rives", "Menuiserie et agencement", "44143"),
    ("Estuaire Énergies", "Installation solaire", "44162"),
    ("Boulangerie Coopérative du Lac", "Boulangerie", "44035"),
    ("Biocoop Les Hauts Pavés", "Commerce bio", "44109"),
    ("Ateliers du Bocage", "Réemploi électronique", "44026"),
    ("Imprimerie de l’Erdre", "Imprimerie", "44109"),
    ("Maraîchers de Loire", "Maraîchage", "44009"),
    ("Chantiers Navals du Pellerin", "Construction navale", "44120"),
    ("La Petite Usine", "Confection textile", "44215"),
    ("Cyclable Ouest", "Cycles et réparation", "44190"),
    ("Traiteur des Sources", "Restauration collective", "44198"),
    ("Éco-Matériaux 44", "Négoce de matériaux", "44020"),
    ("Numérique Libre", "Services informatiques", "44109"),
    ("Résidence Les Tilleuls", "Hébergement de personnes âgées", "44114"),
    ("Transports Verts de l’Ouest", "Logistique", "44047"),
    ("Pépinières du Vignoble", "Pépinière", "44172"),
    ("Brasserie du Canal", "Brasserie", "44204"),
    ("Assurances Mutuelles de Loire", "Mutuelle", "44109"),
    ("Conserverie de la Montagne", "Conserverie", "44101"),
    ("Studio Grand Large", "Audiovisuel", "44194"),
]

# of the promotions of before: name, pitch
FORMER: list[tuple[str, str]] = [
    ("Les Paniers de Chantenay", "Des paniers de légumes livrés en triporteur"),
    ("La Forge Partagée", "Un atelier de métal ouvert aux débutantes"),
    ("Bois Flotté", "Des meubles en bois de récupération"),
    ("Le Comptoir des Aînés", "Un café tenu par des retraités"),
    ("Mille Mains", "La garde d’enfants en horaires décalés"),
    ("Terre Promise", "Une pépinière d’insertion"),
    ("La Recharge", "Une épicerie en vrac itinérante"),
    ("Clé de Sol", "Une école de musique à prix libre"),
    ("Toit et Moi", "La rénovation solidaire de logements"),
    ("Nuage Blanc", "Une blanchisserie écologique"),
    ("Le Petit Braquet", "La location de vélos pour enfants"),
    ("Alvéole", "Un rucher-école de quartier"),
    ("Sans Détour", "L’interprétation en langue des signes"),
    ("La Marmite", "Une cuisine partagée pour traiteurs"),
    ("Grains de Sel", "Le sel récolté et vendu en coopérative"),
    ("Point Virgule", "Une maison d’édition associative"),
    ("Racines", "La replantation de haies"),
    ("L’Envolée", "Le soutien scolaire par des étudiants"),
    ("Main Verte & Cie", "Le paysagisme sans pesticides"),
    ("La Boussole", "L’orientation des jeunes sans diplôme"),
    ("Refaire", "Le réemploi de pièces électroniques"),
    ("Tournesol", "L’autopartage entre voisins"),
]

TUTOR_JOBS = ["gérante", "responsable d’atelier", "cheffe de cuisine", "directeur d’exploitation", "responsable RSE"]
PLACES = [
    "Maison de l’ESS, 8 rue Saint-Domingue, Nantes",
    "Tiers-lieu des Dervallières, Nantes",
    "Médiathèque de Rezé",
    "Café associatif, Saint-Herblain",
    "Pôle entrepreneurial, Carquefou",
]
THEMES = ["modèle économique", "posture", "financement", "partenaires", "communication", "gouvernance", "juridique"]
SUMMARIES = [
    "Point sur les premiers entretiens ; le besoin se précise, reste à chiffrer le prix juste.",
    "Budget prévisionnel relu ligne à ligne. Les charges de local sont à revoir.",
    "Préparation du rendez-vous avec la métropole : trois messages, une demande.",
    "Doutes sur le statut ; comparaison association et SCIC, décision le mois prochain.",
    "Belle avancée : deux partenaires intéressés. Formaliser par écrit.",
    "Organisation de la semaine type, ce qui se délègue et ce qui se garde.",
]
NEXT_STEPS = [
    "Appeler trois futurs clients et noter leurs mots",
    "Envoyer le budget corrigé",
    "Relire la charte de la SCIC",
    "Prendre rendez-vous avec la banque",
    "Écrire la demande de subvention",
    "Rencontrer un projet voisin",
]

-- The sample CRM. Every person is invented; addresses of mail are on reserved domains (RFC 2606),
-- telephone numbers in the ranges that ARCEP keeps for fiction.
CREATE TABLE contact (
    id integer PRIMARY KEY,
    salutation text,
    first_name text NOT NULL,
    last_name text NOT NULL,
    email text,
    phone text,
    address_line text,
    postcode text,
    city text,
    company_name text,
    status text NOT NULL CHECK (status IN ('prospect', 'customer', 'former_customer', 'archived')),
    origin text,
    accepts_prospecting boolean NOT NULL DEFAULT false,
    created_on date NOT NULL,
    last_activity_on date NOT NULL,
    accepts_analysis boolean NOT NULL DEFAULT true,
    restricted boolean NOT NULL DEFAULT false
);
CREATE INDEX contact_email ON contact (lower(email));

CREATE TABLE interaction (
    id integer PRIMARY KEY,
    contact_id integer NOT NULL REFERENCES contact,
    happened_at timestamptz NOT NULL,
    channel text NOT NULL CHECK (channel IN ('call', 'mail', 'visit')),
    subject text NOT NULL,
    notes text
);
CREATE INDEX interaction_contact ON interaction (contact_id);

CREATE TABLE newsletter_subscription (
    id integer PRIMARY KEY,
    contact_id integer REFERENCES contact,
    email text NOT NULL,
    first_name text,
    status text NOT NULL CHECK (status IN ('subscribed', 'unsubscribed')),
    subscribed_on date NOT NULL,
    consent_proof text,
    last_response_on date NOT NULL
);
CREATE INDEX newsletter_subscription_email ON newsletter_subscription (lower(email));

CREATE TABLE quote (
    id integer PRIMARY KEY,
    contact_id integer NOT NULL REFERENCES contact,
    number text NOT NULL UNIQUE,
    title text NOT NULL,
    amount numeric(10, 2) NOT NULL,
    issued_on date NOT NULL,
    status text NOT NULL CHECK (status IN ('sent', 'accepted', 'declined'))
);

CREATE TABLE survey_answer (
    id integer PRIMARY KEY,
    contact_id integer REFERENCES contact,
    answered_on date NOT NULL,
    score integer NOT NULL CHECK (score BETWEEN 0 AND 10),
    comment text
);

INSERT INTO contact VALUES
-- two women of the same name, neither related nor in the same town
(1, 'Mme', 'Jeanne', 'Martin', 'jeanne.martin@courriel.example', '+33639980101', '12 quai de la Fosse', '44000', 'Nantes', NULL, 'customer', 'site', true, '2021-03-02', '2026-09-14'),
(2, 'Mme', 'Jeanne', 'Martin', 'j.martin@poste.example', '+33639980102', '7 rue du Pont-Rousseau', '44400', 'Rezé', NULL, 'prospect', 'salon', true, '2025-04-11', '2026-02-20'),
-- the current customer
(3, 'Mme', 'Maëlle', 'Le Guen', 'maelle.leguen@courriel.example', '+33639980103', '4 impasse des Ajoncs', '56000', 'Vannes', 'Atelier Le Guen', 'customer', 'recommandation', true, '2022-01-17', '2026-10-22'),
-- the former customer, with vouchers on both sides of ten years
(4, 'M.', 'Gérard', 'd''Hérouville', 'gerard.dherouville@courriel.example', '+33261910104', '1 bis cours de l''Orée', '14200', 'Hérouville-Saint-Clair', NULL, 'former_customer', 'annuaire', false, '2013-01-08', '2021-04-06'),
(5, 'Mme', 'Aïcha', 'Benali-O''Connor', 'aicha.benali@example.org', '+33639980105', '23 boulevard Guist''hau', '44000', 'Nantes', 'Cabinet O''Connor', 'customer', 'site', true, '2023-05-30', '2026-08-03'),
-- a couple: one address, two persons, two requests
(6, 'M.', 'Loïc', 'Kervella', 'loic.kervella@courriel.example', '+33639980106', '18 rue de l''Île-d''Yeu', '44600', 'Saint-Nazaire', NULL, 'customer', 'site', false, '2020-10-05', '2026-06-18'),
(7, 'Mme', 'Anne-Sophie', 'Kervella', 'as.kervella@poste.example', '+33639980107', '18 rue de l''Île-d''Yeu', '44600', 'Saint-Nazaire', NULL, 'prospect', 'site', true, '2024-02-12', '2025-11-30'),
(8, 'Mme', 'Zoë', 'Müller', 'zoe.mueller@example.org', '+33353010108', '9 allée des Érables', '67000', 'Strasbourg', 'Müller Conseil', 'customer', 'salon', true, '2019-09-23', '2026-05-07'),
(9, 'Mme', 'Thị Hạnh', 'Nguyễn', 'hanh.nguyen@courriel.example', '+33639980109', '31 rue de Strasbourg', '44000', 'Nantes', NULL, 'prospect', 'salon', true, '2025-09-01', '2026-03-15'),
(10, 'M.', 'Søren', 'Østergård', 'soren@oestergaard.example', '+33199000110', '5 place du Bouffay', '44000', 'Nantes', NULL, 'customer', 'site', false, '2021-11-19', '2026-01-29'),
-- the one who asks and never confirms
(11, 'M.', 'Benoît', 'Lefèvre', 'benoit.lefevre@poste.example', '+33639980111', '66 rue Paul-Bellamy', '44000', 'Nantes', NULL, 'customer', 'recommandation', true, '2022-06-07', '2026-04-10'),
(12, 'Mme', 'Élodie', 'Œuvrard', 'elodie.oeuvrard@courriel.example', '+33639980112', '2 rue de l''Hôtel-Dieu', '35000', 'Rennes', NULL, 'prospect', 'site', true, '2026-01-20', '2026-07-02'),
-- the one-word objection
(13, 'Mme', 'Huguette', 'Pinçon', 'huguette.pincon@poste.example', '+33639980113', 'Le Bourg', '44320', 'Chauvé', NULL, 'prospect', 'salon', true, '2024-10-12', '2025-12-08'),
(14, 'Mme', 'María José', 'Fernández de la Cruz', 'mj.fernandez@example.org', '+33536490114', '40 rue Sainte-Catherine', '33000', 'Bordeaux', NULL, 'customer', 'site', true, '2023-02-14', '2026-09-30');

INSERT INTO interaction VALUES
(1, 1, '2026-09-14 10:05+02', 'call', 'Question sur la facture', 'Souhaite recevoir ses factures en PDF.'),
(2, 2, '2026-02-20 16:40+01', 'mail', 'Demande de tarif', 'Intéressée par la formule annuelle, rappeler en mars.'),
(3, 3, '2022-01-17 09:30+01', 'visit', 'Premier rendez-vous', 'Reçue avec son associé, M. Tanguy Rio, qui signera aussi.'),
(4, 3, '2025-06-03 14:00+02', 'call', 'Renouvellement', 'D''accord pour deux ans. Préfère être jointe le matin.'),
(5, 3, '2026-10-22 11:15+02', 'mail', 'Réclamation sur un délai', 'Mécontente ; sa comptable Mme Drouet a relancé deux fois.'),
(6, 4, '2014-02-11 15:00+01', 'visit', 'Signature du premier contrat', NULL),
(7, 4, '2020-12-02 17:20+01', 'call', 'Retard de paiement', 'Dit traverser un divorce, demande un délai.'),
(8, 4, '2021-04-06 10:00+02', 'mail', 'Fin de contrat', 'Restitution du matériel confirmée.'),
(9, 5, '2026-08-03 12:10+02', 'mail', 'Trop de courriels', 'Se plaint d''avoir reçu trois promotions dans la semaine.'),
(10, 6, '2026-06-18 09:00+02', 'call', 'Adresse de livraison', 'Son épouse Anne-Sophie sera présente.'),
(11, 7, '2025-11-30 18:45+01', 'mail', 'Devis pour elle seule', 'Ne pas parler du projet à son mari, c''est une surprise.'),
(12, 8, '2026-05-07 08:50+02', 'call', 'Point trimestriel', 'RAS.'),
(13, 11, '2026-04-10 13:30+02', 'mail', 'Changement de téléphone', NULL),
(14, 14, '2026-09-30 15:25+02', 'call', 'Suivi', 'Contente du service.');

INSERT INTO newsletter_subscription VALUES
(1, 1, 'jeanne.martin@courriel.example', 'Jeanne', 'subscribed', '2021-03-02', 'formulaire du site, case cochée', '2026-05-19'),
(2, 3, 'maelle.leguen@courriel.example', 'Maëlle', 'subscribed', '2022-01-20', 'formulaire du site, case cochée', '2026-09-01'),
(3, 5, 'aicha.benali@example.org', 'Aïcha', 'subscribed', '2023-05-30', 'formulaire du site, case cochée', '2026-06-11'),
(4, 13, 'huguette.pincon@poste.example', 'Huguette', 'subscribed', '2024-10-12', 'bulletin papier signé au salon', '2025-12-08'),
(5, 9, 'hanh.nguyen@courriel.example', 'Hạnh', 'subscribed', '2025-09-01', 'bulletin papier signé au salon', '2026-03-15'),
-- known from the newsletter only
(6, NULL, 'tom.whitaker@example.org', 'Tom', 'subscribed', '2025-01-06', 'web form, box ticked', '2026-04-27'),
(7, NULL, 'info@atelier-du-bois.example', NULL, 'subscribed', '2024-06-13', 'formulaire du site, case cochée', '2025-03-03'),
(8, NULL, 'ancien.lecteur@poste.example', 'Yann', 'unsubscribed', '2018-02-01', 'formulaire du site, case cochée', '2019-01-15');

INSERT INTO quote VALUES
(1, 2, 'D-2026-0031', 'Formule annuelle', 1180.00, '2026-02-21', 'sent'),
(2, 3, 'D-2022-0004', 'Formule atelier', 2340.00, '2022-01-19', 'accepted'),
(3, 3, 'D-2025-0117', 'Renouvellement deux ans', 4290.00, '2025-06-04', 'accepted'),
(4, 7, 'D-2025-0240', 'Formule cadeau', 390.00, '2025-12-01', 'sent'),
(5, 12, 'D-2026-0102', 'Formule découverte', 240.00, '2026-07-02', 'declined'),
(6, 4, 'D-2019-0008', 'Formule complète', 3120.00, '2019-01-22', 'accepted');

INSERT INTO survey_answer VALUES
(1, 3, '2026-03-12', 9, 'Équipe à l''écoute, surtout Mme Prigent au standard.'),
(2, 8, '2026-03-14', 7, NULL),
(3, 14, '2026-03-15', 10, 'Perfecto, gracias.'),
(4, NULL, '2023-03-10', 4, NULL);

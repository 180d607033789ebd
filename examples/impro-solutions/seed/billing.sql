-- The sample billing database. The former customer (4) has vouchers older than ten years, which
-- may go, and younger ones, which the law keeps (C. com. L123-22).
CREATE TABLE customer (
    id integer PRIMARY KEY,
    crm_contact_id integer,
    customer_number text NOT NULL UNIQUE,
    name text NOT NULL,
    email text,
    address_line text,
    postcode text,
    city text,
    created_on date NOT NULL,
    last_invoiced_on date,
    archived boolean NOT NULL DEFAULT false,
    restricted boolean NOT NULL DEFAULT false
);
CREATE INDEX customer_email ON customer (lower(email));
CREATE INDEX customer_crm_contact ON customer (crm_contact_id);

CREATE TABLE contract (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer,
    number text NOT NULL UNIQUE,
    subject text NOT NULL,
    amount numeric(10, 2) NOT NULL,
    signed_on date NOT NULL,
    ended_on date,
    archived boolean NOT NULL DEFAULT false
);
CREATE INDEX contract_customer ON contract (customer_id);

CREATE TABLE invoice (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer,
    contract_id integer REFERENCES contract ON DELETE SET NULL,
    number text NOT NULL UNIQUE,
    issued_on date NOT NULL,
    billed_name text NOT NULL,
    billed_address text NOT NULL,
    total numeric(10, 2) NOT NULL,
    status text NOT NULL CHECK (status IN ('issued', 'paid')),
    reminder_note text,
    archived boolean NOT NULL DEFAULT false
);
CREATE INDEX invoice_customer ON invoice (customer_id);

CREATE TABLE invoice_line (
    id integer PRIMARY KEY,
    invoice_id integer NOT NULL REFERENCES invoice,
    booked_on date NOT NULL,
    label text NOT NULL,
    quantity integer NOT NULL,
    unit_price numeric(10, 2) NOT NULL,
    archived boolean NOT NULL DEFAULT false
);
CREATE INDEX invoice_line_invoice ON invoice_line (invoice_id);

CREATE TABLE payment (
    id integer PRIMARY KEY,
    invoice_id integer NOT NULL REFERENCES invoice,
    booked_on date NOT NULL,
    method text NOT NULL CHECK (method IN ('transfer', 'direct_debit', 'card', 'cheque')),
    amount numeric(10, 2) NOT NULL,
    iban_last4 text CHECK (iban_last4 ~ '^[0-9]{4}$'),
    archived boolean NOT NULL DEFAULT false
);
CREATE INDEX payment_invoice ON payment (invoice_id);

INSERT INTO customer VALUES
(101, 1, 'C-2021-014', 'Jeanne Martin', 'jeanne.martin@courriel.example', '12 quai de la Fosse', '44000', 'Nantes', '2021-03-10', '2026-09-01'),
(103, 3, 'C-2022-003', 'Maëlle Le Guen', 'maelle.leguen@courriel.example', '4 impasse des Ajoncs', '56000', 'Vannes', '2022-01-24', '2026-07-01'),
(104, 4, 'C-2014-002', 'Gérard d''Hérouville', 'gerard.dherouville@courriel.example', '1 bis cours de l''Orée', '14200', 'Hérouville-Saint-Clair', '2014-02-11', '2021-03-31'),
-- billed at an address of mail that the CRM does not know: reached by crm_contact_id only
(105, 5, 'C-2023-027', 'Cabinet O''Connor', 'compta@cabinet-oconnor.example', '23 boulevard Guist''hau', '44000', 'Nantes', '2023-06-05', '2026-06-30'),
(106, 6, 'C-2020-051', 'Loïc Kervella', 'loic.kervella@courriel.example', '18 rue de l''Île-d''Yeu', '44600', 'Saint-Nazaire', '2020-10-12', '2026-06-20'),
(108, 8, 'C-2019-033', 'Zoë Müller', 'zoe.mueller@example.org', '9 allée des Érables', '67000', 'Strasbourg', '2019-10-01', '2026-04-01'),
(110, 10, 'C-2021-060', 'Søren Østergård', 'soren@oestergaard.example', '5 place du Bouffay', '44000', 'Nantes', '2021-12-01', '2025-12-15'),
(111, 11, 'C-2022-041', 'Benoît Lefèvre', 'benoit.lefevre@poste.example', '66 rue Paul-Bellamy', '44000', 'Nantes', '2022-06-13', '2026-03-31'),
(114, 14, 'C-2023-009', 'María José Fernández de la Cruz', 'mj.fernandez@example.org', '40 rue Sainte-Catherine', '33000', 'Bordeaux', '2023-02-20', '2026-02-28');

INSERT INTO contract VALUES
(201, 101, 'K-2021-014', 'Formule annuelle', 1180.00, '2021-03-10', NULL),
(203, 103, 'K-2022-003', 'Formule atelier', 2340.00, '2022-01-24', '2025-06-30'),
(204, 103, 'K-2025-044', 'Renouvellement deux ans', 4290.00, '2025-06-10', NULL),
(205, 104, 'K-2014-002', 'Formule simple', 960.00, '2014-02-11', '2016-03-31'),
(206, 104, 'K-2019-006', 'Formule complète', 3120.00, '2019-02-04', '2021-03-31'),
(207, 105, 'K-2023-027', 'Formule cabinet', 5100.00, '2023-06-05', NULL),
(208, 106, 'K-2020-051', 'Formule annuelle', 1180.00, '2020-10-12', NULL),
(209, 111, 'K-2022-041', 'Formule simple', 980.00, '2022-06-13', NULL);

INSERT INTO invoice VALUES
(301, 101, 201, 'F-2026-0188', '2026-09-01', 'Jeanne Martin', '12 quai de la Fosse, 44000 Nantes', 1180.00, 'paid', NULL),
(302, 103, 203, 'F-2022-0017', '2022-02-01', 'Maëlle Le Guen', '4 impasse des Ajoncs, 56000 Vannes', 2340.00, 'paid', NULL),
(303, 103, 204, 'F-2026-0131', '2026-07-01', 'Maëlle Le Guen', '4 impasse des Ajoncs, 56000 Vannes', 2145.00, 'issued', 'Relance envoyée à Mme Drouet (comptable) le 5 octobre.'),
(304, 104, 205, 'F-2014-0009', '2014-03-03', 'Gérard d''Hérouville', '8 rue Froide, 14000 Caen', 960.00, 'paid', NULL),
(305, 104, 205, 'F-2015-0011', '2015-03-02', 'Gérard d''Hérouville', '8 rue Froide, 14000 Caen', 960.00, 'paid', NULL),
(306, 104, 206, 'F-2019-0024', '2019-02-15', 'Gérard d''Hérouville', '1 bis cours de l''Orée, 14200 Hérouville-Saint-Clair', 3120.00, 'paid', NULL),
(307, 104, 206, 'F-2020-0201', '2020-09-15', 'Gérard d''Hérouville', '1 bis cours de l''Orée, 14200 Hérouville-Saint-Clair', 3120.00, 'paid', 'Délai accordé, situation familiale.'),
(308, 104, 206, 'F-2021-0060', '2021-03-31', 'Gérard d''Hérouville', '1 bis cours de l''Orée, 14200 Hérouville-Saint-Clair', 780.00, 'paid', NULL),
(309, 105, 207, 'F-2026-0125', '2026-06-30', 'Cabinet O''Connor', '23 boulevard Guist''hau, 44000 Nantes', 2550.00, 'paid', NULL),
(310, 106, 208, 'F-2026-0119', '2026-06-20', 'Loïc Kervella', '18 rue de l''Île-d''Yeu, 44600 Saint-Nazaire', 1180.00, 'paid', NULL),
(311, 108, NULL, 'F-2026-0070', '2026-04-01', 'Zoë Müller', '9 allée des Érables, 67000 Strasbourg', 430.00, 'paid', NULL),
(312, 110, NULL, 'F-2025-0260', '2025-12-15', 'Søren Østergård', '5 place du Bouffay, 44000 Nantes', 220.00, 'paid', NULL),
(313, 111, 209, 'F-2026-0068', '2026-03-31', 'Benoît Lefèvre', '66 rue Paul-Bellamy, 44000 Nantes', 980.00, 'paid', NULL),
(314, 114, NULL, 'F-2026-0042', '2026-02-28', 'María José Fernández de la Cruz', '40 rue Sainte-Catherine, 33000 Bordeaux', 610.00, 'paid', NULL);

INSERT INTO invoice_line VALUES
(401, 301, '2026-09-01', 'Formule annuelle', 1, 1180.00),
(402, 302, '2022-02-01', 'Formule atelier', 1, 2340.00),
(403, 303, '2026-07-01', 'Renouvellement, première année', 1, 2145.00),
(404, 304, '2014-03-03', 'Formule simple', 1, 960.00),
(405, 305, '2015-03-02', 'Formule simple', 1, 960.00),
(406, 306, '2019-02-15', 'Formule complète', 1, 3120.00),
(407, 307, '2020-09-15', 'Formule complète', 1, 3120.00),
(408, 308, '2021-03-31', 'Formule complète, dernier trimestre', 1, 600.00),
(409, 308, '2021-03-31', 'Restitution du matériel', 1, 180.00),
(410, 309, '2026-06-30', 'Formule cabinet, semestre', 1, 2550.00),
(411, 310, '2026-06-20', 'Formule annuelle', 1, 1180.00),
(412, 311, '2026-04-01', 'Conseil, demi-journée', 1, 430.00),
(413, 312, '2025-12-15', 'Dépannage', 1, 220.00),
(414, 313, '2026-03-31', 'Formule simple', 1, 980.00),
(415, 314, '2026-02-28', 'Atelier découverte', 2, 305.00);

INSERT INTO payment VALUES
(501, 301, '2026-09-10', 'transfer', 1180.00, '4471'),
(502, 302, '2022-02-20', 'direct_debit', 2340.00, '0932'),
(504, 304, '2014-03-20', 'cheque', 960.00, NULL),
(505, 305, '2015-03-18', 'transfer', 960.00, '7705'),
(506, 306, '2019-03-01', 'transfer', 3120.00, '7705'),
(507, 307, '2020-12-20', 'transfer', 3120.00, '7705'),
(508, 308, '2021-04-04', 'transfer', 780.00, '7705'),
(509, 309, '2026-07-08', 'transfer', 2550.00, '1180'),
(510, 310, '2026-06-30', 'card', 1180.00, NULL),
(511, 311, '2026-04-15', 'transfer', 430.00, '6023'),
(512, 312, '2025-12-20', 'card', 220.00, NULL),
(513, 313, '2026-04-05', 'direct_debit', 980.00, '3318'),
(514, 314, '2026-03-05', 'transfer', 610.00, '9046');

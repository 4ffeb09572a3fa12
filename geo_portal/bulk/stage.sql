-- Where a batch waits until it is routed. Temporary tables are not logged, and gone at commit.
CREATE TEMPORARY TABLE incoming (
    line integer NOT NULL,
    source_id text NOT NULL,
    code text NOT NULL,
    description text NOT NULL,
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    submitted_at timestamptz NOT NULL,
    status text,
    closed_at timestamptz,
    category text,
    outcome text,
    language text,
    accuracy_m double precision,
    address text,
    acknowledged_at timestamptz,
    started_at timestamptz,
    remark text,
    feedback text,
    satisfied text,
    feedback_at timestamptz,
    point geometry(Point, 4326) GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED
) ON COMMIT DROP

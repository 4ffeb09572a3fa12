"""The least that a web request with a database can be: what the portal's speed is held against."""

import json
import os
import threading
from typing import Annotated

import psycopg2
from fastapi import FastAPI, Query, Response
from pydantic import BaseModel

app = FastAPI()
_own = threading.local()


class Body(BaseModel):
    description: str
    lon: float
    lat: float


def connection() -> psycopg2.extensions.connection:
    """One connection per thread: no pool to wait for."""
    if not hasattr(_own, "connection"):
        _own.connection = psycopg2.connect(os.environ["BARE_DATABASE_URL"])
    return _own.connection


@app.post("/insert", status_code=201)
def insert(body: Body) -> dict[str, int]:
    """One durable INSERT."""
    with connection() as open_connection, open_connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare (description, point)"
            " VALUES (%s, ST_SetSRID(ST_MakePoint(%s, %s), 4326)) RETURNING id",
            (body.description, body.lon, body.lat),
        )
        return {"id": cursor.fetchone()[0]}


@app.get("/tile")
def tile(z: int, x: int, y: int) -> Response:
    """The least that a tile of all complaints can be: one statement, no more than id and place."""
    with connection() as open_connection, open_connection.cursor() as cursor:
        cursor.execute(
            "WITH tile AS (SELECT ST_TileEnvelope(%s, %s, %s) AS box)"
            " SELECT ST_AsMVT(drawn, 'complaints', 4096, 'geom', 'id') FROM ("
            "   SELECT id, ST_AsMVTGeom(ST_Transform(point, 3857), box) AS geom"
            "   FROM complaints, tile WHERE point && ST_Transform(box, 4326)) AS drawn",
            (z, x, y),
        )
        return Response(bytes(cursor.fetchone()[0]))


@app.get("/select")
def select(lon: Annotated[float, Query()], lat: Annotated[float, Query()]) -> dict[str, float]:
    """One row by its key."""
    with connection() as open_connection, open_connection.cursor() as cursor:
        cursor.execute("SELECT id, description FROM bare WHERE id = %s", (1,))
        number, description = cursor.fetchone()
        return {"id": number, "length": len(description), "lon": lon, "lat": lat}


@app.get("/thousand")
def thousand(since: str, until: str) -> Response:
    """A thousand rows with the columns that Open311 shows, dumped as they are."""
    with connection() as open_connection, open_connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, status, category_code, description, office_code, submitted_at,"
            " updated_at, due_at, address, ST_Y(point), ST_X(point) FROM complaints"
            " WHERE submitted_at BETWEEN %s AND %s ORDER BY submitted_at DESC LIMIT 1000",
            (since, until),
        )
        return Response(json.dumps(cursor.fetchall(), default=str), media_type="application/json")

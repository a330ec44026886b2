"""Runs one query over CloudTrail records: reads {"sql", "dialect", "records"} as JSON, prints the rows as JSON.

The query is written for Trino. sqlglot translates it, DuckDB runs it over a table with the documented column types:
`athena`: requests and replies are JSON text; `lake`: they are maps of text, what is nested in them is JSON text.
"""

import json
import re
import sys
import tempfile

import duckdb
import sqlglot

ISSUER = "STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, username VARCHAR)"
SESSION = f"STRUCT(attributes STRUCT(mfaauthenticated VARCHAR, creationdate VARCHAR), sessionissuer {ISSUER})"
IDENTITY = (
    "STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, invokedby VARCHAR, "
    f"accesskeyid VARCHAR, username VARCHAR, sessioncontext {SESSION})"
)
TEXTS = ["eventsource", "eventname", "awsregion", "errorcode", "eventid", "eventtype", "recipientaccountid"]
COMMON = {name: "VARCHAR" for name in TEXTS} | {"useridentity": IDENTITY, "sessioncredentialfromconsole": "VARCHAR"}
COLUMNS = {
    "athena": COMMON
    | {
        "eventtime": "VARCHAR",
        "requestparameters": "VARCHAR",
        "responseelements": "VARCHAR",
        "resources": "STRUCT(arn VARCHAR, accountid VARCHAR, type VARCHAR)[]",
        "day": "VARCHAR",
        "region": "VARCHAR",
    },
    "lake": COMMON
    | {
        "eventtime": "TIMESTAMP",
        "requestparameters": "MAP(VARCHAR, VARCHAR)",
        "responseelements": "MAP(VARCHAR, VARCHAR)",
        "resources": "STRUCT(accountid VARCHAR, type VARCHAR, arn VARCHAR, arnprefix VARCHAR)[]",
    },
}


def text(value):
    """Nested values as compact JSON, as CloudTrail delivers them."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def folded(value):
    """Names of fields in small letters, as tables have them."""
    if isinstance(value, list):
        return [folded(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name.lower(): folded(item) for name, item in value.items()}


def as_map(value):
    if value is None:
        return None
    return {name: item if item is None or isinstance(item, str) else text(item) for name, item in value.items()}


def row(record, dialect):
    shared = {name: value for name, value in record.items() if name not in ("requestParameters", "responseElements")}
    fields = folded(shared)
    for name in ("requestParameters", "responseElements"):
        value = record.get(name)
        fields[name.lower()] = as_map(value) if dialect == "lake" else None if value is None else text(value)
    console = record.get("sessionCredentialFromConsole")
    fields["sessioncredentialfromconsole"] = text(console) if isinstance(console, bool) else console
    if dialect == "athena":
        time = record.get("eventTime") or ""
        fields["day"] = time[:10].replace("-", "/")
        fields["region"] = record.get("awsRegion")
    return {name: fields.get(name) for name in COLUMNS[dialect]}


def main():
    given = json.load(sys.stdin)
    dialect = given["dialect"]
    # CloudTrail Lake takes the bare id of a store as the name of its table.
    sql = re.sub(r"FROM ([0-9a-f]{8}-[0-9a-f-]{27})", r'FROM "\1"', given["sql"])
    table = re.search(r'FROM ("[^"]+"(?:\."[^"]+")*)\n', sql).group(1)
    translated = sqlglot.transpile(sql, read="athena" if dialect == "athena" else "trino", write="duckdb")[0]
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET threads = 1")
    parts = table.split(".")
    for schema in parts[:-1]:
        connection.execute(f"CREATE SCHEMA {schema}")
    columns = COLUMNS[dialect]
    definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"CREATE TABLE {table} ({definition})")
    batches = given["batches"]
    answers = []
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        for records in batches:
            connection.execute(f"DELETE FROM {table}")
            file.seek(0)
            file.truncate()
            file.writelines(text(row(record, dialect)) + "\n" for record in records)
            file.flush()
            if records:
                kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
                connection.execute(
                    f"INSERT INTO {table} SELECT * FROM read_json('{file.name}', format = 'newline_delimited', "
                    f"columns = {{{kinds}}})"
                )
            result = connection.execute(translated)
            names = [column[0] for column in result.description]
            answers.append([dict(zip(names, map(as_text, values))) for values in result.fetchall()])
    json.dump(answers, sys.stdout)


def as_text(value):
    return None if value is None else str(value)


main()

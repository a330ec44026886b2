"""Runs one query over audit log entries: reads {"sql", "engine", "batches"} as JSON, prints the rows of each batch as JSON.

The query is written in GoogleSQL. sqlglot translates it, DuckDB runs it over tables with the documented column types: those
of a sink to BigQuery (`bigquery`), or of a view of Log Analytics (`log-analytics`).
"""

import json
import re
import sys
import tempfile

import duckdb
import sqlglot

CAMEL = {
    "principal": "STRUCT(principalEmail VARCHAR)",
    "caller": "STRUCT(principalSubject VARCHAR, firstPartyPrincipal STRUCT(principalEmail VARCHAR))",
    "authentication": (
        "STRUCT(principalEmail VARCHAR, principalSubject VARCHAR, serviceAccountKeyName VARCHAR, "
        "serviceAccountDelegationInfo STRUCT(principalSubject VARCHAR, "
        "firstPartyPrincipal STRUCT(principalEmail VARCHAR))[])"
    ),
}
PAYLOAD = (
    f"STRUCT(serviceName VARCHAR, methodName VARCHAR, status STRUCT(code BIGINT, message VARCHAR), "
    f"authenticationInfo {CAMEL['authentication']}, "
    "authorizationInfo STRUCT(resource VARCHAR, permission VARCHAR, granted BOOLEAN)[])"
)
OPERATION = 'STRUCT(id VARCHAR, producer VARCHAR, "first" BOOLEAN, "last" BOOLEAN)'


def snake(name):
    return re.sub("[A-Z]", lambda letter: "_" + letter.group().lower(), name)


COLUMNS = {
    "bigquery": {
        "logName": "VARCHAR",
        "timestamp": "TIMESTAMPTZ",
        "insertId": "VARCHAR",
        "operation": OPERATION,
        "protopayload_auditlog": PAYLOAD,
    },
    "log-analytics": {
        "log_name": "VARCHAR",
        "timestamp": "TIMESTAMPTZ",
        "insert_id": "VARCHAR",
        "operation": OPERATION,
        "proto_payload": f"STRUCT(audit_log {re.sub('[a-z]+[A-Z][A-Za-z]+', lambda name: snake(name.group()), PAYLOAD)})",
    },
}


def snaked(value):
    if isinstance(value, list):
        return [snaked(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {snake(name): snaked(item) for name, item in value.items()}


def row(entry, engine):
    payload = entry["protoPayload"]
    if engine == "bigquery":
        fields = {**entry, "protopayload_auditlog": payload}
    else:
        fields = {**snaked(entry), "proto_payload": {"audit_log": snaked(payload)}}
    return {name: fields.get(name) for name in COLUMNS[engine]}


def table_of(entry, engine, tables):
    """A sink writes each log to a table of its own."""
    if engine == "log-analytics":
        return tables[0]
    name = re.split("%2F|%2f|/", entry["logName"])[-1]
    return next((table for table in tables if table.endswith(f'_{name}"')), None)


def as_text(value):
    return None if value is None else str(value)


def main():
    given = json.load(sys.stdin)
    engine = given["engine"]
    translated = sqlglot.transpile(given["sql"], read="bigquery", write="duckdb")[0]
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET threads = 1")
    tables = sorted(set(re.findall(r'FROM ("[^"]+"(?:\."[^"]+")+)', translated)))
    columns = COLUMNS[engine]
    definition = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    for table in tables:
        parts = table.split(".")
        if len(parts) == 3:
            connection.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {parts[0]}")
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {'.'.join(parts[:-1])}")
        connection.execute(f"CREATE TABLE {table} ({definition})")
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    answers = []
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        for entries in given["batches"]:
            for table in tables:
                connection.execute(f"DELETE FROM {table}")
                rows = [row(entry, engine) for entry in entries if table_of(entry, engine, tables) == table]
                if not rows:
                    continue
                file.seek(0)
                file.truncate()
                file.writelines(json.dumps(one) + "\n" for one in rows)
                file.flush()
                connection.execute(
                    f"INSERT INTO {table} SELECT * FROM read_json('{file.name}', format = 'newline_delimited', "
                    f"columns = {{{kinds}}})"
                )
            result = connection.execute(translated)
            names = [column[0] for column in result.description]
            answers.append([dict(zip(names, map(as_text, values))) for values in result.fetchall()])
    json.dump(answers, sys.stdout)


main()

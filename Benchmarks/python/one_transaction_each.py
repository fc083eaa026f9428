"""What update.lua does to a store, done with Python's sqlite3: every update is a transaction of its own, and durable.

Usage: one_transaction_each.py STORE COUNT
"""

import json
import sqlite3
import sys


def main(store, count):
    # Without an isolation level each statement is a transaction. The file itself says that it has a write-ahead log.
    connection = sqlite3.connect(store, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA journal_size_limit = 16777216")
    rows = connection.execute("SELECT id, body FROM distribution ORDER BY sequence").fetchall()
    records = [(identifier, json.loads(body)) for identifier, body in rows]
    for number in range(1, count + 1):
        identifier, record = records[(number - 1) % len(records)]
        record["share"]["name"] = f"name {number}"
        body = json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()
        connection.execute("UPDATE distribution SET body = ? WHERE id = ?", (body, identifier))
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

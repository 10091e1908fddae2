import psycopg


def test_a(database_dsn):
    with psycopg.connect(database_dsn) as c:
        print(c.execute("select version()").fetchone())


def test_b(empty_dsn):
    pass


def test_c(database_dsn):
    pass


def test_net():
    import socket

    with __import__("pytest").raises(BaseException, match="example"):
        socket.create_connection(("example.com", 80))

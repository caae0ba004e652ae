"""Addresses of Neo4j servers: what is wrong with one is said in one line, without its password."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from miner.errors import GraphError
from miner.graph.connection import Connection, GraphAddress, resolve_address
from miner.settings import Settings

pytestmark = [pytest.mark.graph, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def address(embedded: Settings) -> GraphAddress:
    return resolve_address(embedded)


def hanging_up(listener: socket.socket) -> None:
    """Closes what is not TLS, as a server does that wants it."""
    while True:
        client, _ = listener.accept()
        client.recv(20)
        client.close()


def http(listener: socket.socket) -> None:
    client, _ = listener.accept()
    client.recv(20)
    client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize(
    ("behaviour", "scheme", "message"),
    [
        (hanging_up, "bolt", r"closes the connection - if it requires TLS use bolt\+s://"),
        (hanging_up, "neo4j", r"closes the connection - if it requires TLS use neo4j\+s://"),
        (http, "bolt", "speaks HTTP"),
    ],
)
def test_whatever_else_listens_there_is_told_in_one_line(
    behaviour: Callable[[socket.socket], None], scheme: str, message: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=behaviour, args=[listener], daemon=True).start()
        refused(GraphAddress(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}", password="x"), message)


def refused(address: GraphAddress, message: str) -> None:
    with pytest.raises(GraphError, match=message) as caught:
        Connection(address)
    assert "\n" not in str(caught.value)
    assert str(address.password) not in str(caught.value) or address.password == "x"


def test_what_is_wrong_with_the_address_is_told_in_one_line(address: GraphAddress) -> None:
    refused(replace(address, password="not-the-password"), "refuses the user neo4j with this password")
    refused(replace(address, username="nobody"), "refuses the user nobody")
    refused(replace(address, password=None), "requires a password - set NEO4J_USERNAME and NEO4J_PASSWORD")
    refused(replace(address, database="nowhere"), "has no database nowhere - check NEO4J_DATABASE")
    refused(replace(address, uri=address.uri.replace("bolt://", "bolt+s://")), "does not speak TLS - use bolt://")
    refused(replace(address, uri=address.uri.replace("bolt://", "neo4j+s://")), "does not speak TLS - use neo4j://")
    refused(replace(address, uri="bolt://127.0.0.1:1"), "nothing listens there")
    refused(replace(address, uri="neo4j://127.0.0.1:1"), "nothing listens there")
    refused(replace(address, uri="bolt://no-such-host.invalid"), "no such host")


@pytest.mark.parametrize("uri", ["localhost:7687", "http://localhost:7474", "bolt://", "bolt://[::1", "bolt://h:x", ""])
def test_what_is_no_address_is_refused_before_connecting(uri: str) -> None:
    refused(GraphAddress(uri, password="x"), "is not the address of a Neo4j")


def test_a_password_in_the_address_is_not_repeated() -> None:
    with pytest.raises(GraphError, match="give them as NEO4J_USERNAME and NEO4J_PASSWORD") as caught:
        Connection(GraphAddress("bolt://neo4j:hunter22@localhost:7687"))
    assert "hunter22" not in str(caught.value)


def test_an_untrusted_certificate_is_named(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
    try:
        subprocess.run([*made, "-days", "2", "-subj", "/CN=localhost"], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def greet(listener: socket.socket) -> None:
        client, _ = listener.accept()
        try:
            context.wrap_socket(client, server_side=True)
        except ssl.SSLError:
            client.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=greet, args=[listener], daemon=True).start()
        refused(
            GraphAddress(f"bolt+s://127.0.0.1:{listener.getsockname()[1]}", password="x"),
            r"certificate is not trusted - install it, or use bolt\+ssc://",
        )


def test_secrets_stay_out_of_sight(address: GraphAddress) -> None:
    assert str(address.password) not in repr(address)

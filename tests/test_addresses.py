import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.addresses import FetchRefused, is_allowed, read_address


@pytest.mark.parametrize(
    ("typed", "settled"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        (" https://example.org:443/a b?q=é#x y ", "https://example.org/a%20b?q=%C3%A9#x%20y"),
        ("http://example.org.:8080/", "http://example.org:8080/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://127。0。0。1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://0177.0.0.01/", "http://127.0.0.1/"),
        ("http://[::FFFF:127.0.0.1]:81/", "http://[::ffff:7f00:1]:81/"),
        ("http://my_blog.example/", "http://my_blog.example/"),
    ],
)
def test_one_spelling(typed: str, settled: str) -> None:
    assert read_address(typed).url == settled
    assert read_address(settled).url == settled


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "malformed"),
        ("example.org", "malformed"),
        ("//example.org/", "malformed"),
        ("http://example.org\\@evil.example/", "malformed"),
        ("http://exa\nmple.org/", "malformed"),
        ("http://example.org/\x00", "malformed"),
        ("http://example.org/\ud800", "malformed"),
        ("ftp://example.org/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://example.org/", "scheme"),
        ("http://ann:secret@example.org/", "credentials"),
        ("http://example.org@127.0.0.1/", "credentials"),
        ("http:///path", "host"),
        ("http://./", "host"),
        ("http://exa%6dple.org/", "host"),
        ("http://exa mple.org/", "host"),
        ("http://a..b/", "host"),
        ("http://1.2.3.4.5/", "host"),
        ("http://256.1.1.1/", "host"),
        ("http://09.1.1.1/", "host"),
        ("http://example.1/", "host"),
        ("http://[fe80::1%25eth0]/", "host"),
        ("http://[::zz]/", "host"),
        ("http://[v1.x]/", "host"),
        ("http://" + "a" * 64 + ".example/", "host"),
        ("http://example.org:0/", "port"),
        ("http://example.org:65536/", "port"),
        ("http://example.org:x/", "host"),
        ("http://example.org/" + "a" * 5000, "too_long"),
    ],
)
def test_what_is_no_address(typed: str, reason: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        read_address(typed)
    assert refused.value.reason == reason


INNER = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "fe80::1",
    "fe80::1%1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "2001:db8::1",
    "fec0::1",
    "not-an-ip",
]


@pytest.mark.parametrize("ip", INNER)
def test_inner_ranges_are_closed_even_when_loopback_is_open(ip: str) -> None:
    assert not is_allowed(ip)
    assert not is_allowed(ip, allow_loopback=True)


@pytest.mark.parametrize("ip", ["127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1"])
def test_loopback_opens_by_setting(ip: str) -> None:
    assert not is_allowed(ip)
    assert is_allowed(ip, allow_loopback=True)


@pytest.mark.parametrize(
    "ip", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:93.184.216.34", "172.32.0.1"]
)
def test_public_addresses_are_open(ip: str) -> None:
    assert is_allowed(ip)


@given(st.one_of(st.text(), st.from_regex(r"https?://[^/]{1,30}(/.*)?", fullmatch=True)))
def test_reading_settles_or_refuses(typed: str) -> None:
    try:
        address = read_address(typed)
    except FetchRefused:
        return
    assert address.url.isascii()
    assert read_address(address.url) == address

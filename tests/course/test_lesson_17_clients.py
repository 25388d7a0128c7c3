"""Lesson 17 and somebody else's clients: each of them is put in front of it and of the real redis-server, with the same calls."""
import re
import subprocess

import pytest

from tests.course.resp import PATIENCE, needs, needs_redis, ours, real

redis = pytest.importorskip("redis", reason="redis-py isn't installed: pip install redis, or make env")

# A row is a command and what it is asked; each client asks it in its own way.
CALLS = [
    "PING", "ECHO hello", "SET a 1", "SET a 2 NX", "SET a 3 XX", "GET a", "GET none", "SET b x EX 100", "TTL b", "TTL a",
    "TTL none",
    "SET b y PX 100000 XX", "EXISTS a b none", "INCR a", "INCRBY a 40", "INCRBY b 1", "MGET a none b", "EXPIRE a 1000", "TTL a",
    "DEL a b none", "LPUSH l 1 2", "RPUSH l 3", "LRANGE l 0 -1", "LPOP l", "GET l", "LPOP none", "CONFIG GET save",
    "CONFIG GET appendonly", "PUBLISH news hello", "CLIENT SETNAME me", "SET a", "SET a 1 EX 0", "NONE a b", "DEL l", "EXEC",
    "DISCARD", "HELLO 4"]
ANYTHING = {"COMMAND COUNT", "COMMAND DOCS get", "INFO", "CLIENT ID", "HELLO 2", "QUIT"}       # answered, and not with the same


@pytest.fixture(scope="module")
def both():
    with ours() as one, real() as other:
        yield one, other


def cli(port, *arguments, said=None):
    done = subprocess.run(["redis-cli", "-p", str(port), *arguments], input=said, capture_output=True,
                          text=True, timeout=PATIENCE)
    return done.returncode, done.stdout, done.stderr


# -- redis-cli ----------------------------------------------------------------------------------------------------------

@needs("redis-cli", "redis-tools")
@needs_redis
@pytest.mark.parametrize("protocol", ["-2", "-3"])
def test_redis_cli_is_told_the_same(both, protocol):
    """A whole conversation on one connection; and a transaction in it."""
    said = "".join(line + "\n" for line in ["DEL a b l", *CALLS, "MULTI", "SET a 1", "INCR a", "EXEC", "MULTI", "NONE", "EXEC"])
    one, other = (cli(port, protocol, said=said) for port in both)
    assert one == other and one[1].count("\n") > len(CALLS)


@needs("redis-cli", "redis-tools")
@needs_redis
def test_redis_cli_with_one_command_and_the_status_of_its_end(both):
    for arguments in ["SET", "a", "two words"], ["GET", "a"], ["-e", "NONE"], ["-e", "GET"], ["-r", "3", "PING"]:
        one, other = (cli(port, *arguments) for port in both)
        assert one == other


@needs("redis-cli", "redis-tools")
@needs_redis
def test_redis_cli_pipes_many_commands_at_once(both):
    said = "".join(f"SET {number} {number}\r\n" for number in range(2000)) + "DEL a\r\n"
    one, other = (cli(port, "--pipe", said=said) for port in both)
    assert one == other and "errors: 0, replies: 2001" in one[1]
    for port in both:
        cli(port, "DEL", *map(str, range(2000)))


@needs("redis-cli", "redis-tools")
def test_redis_cli_takes_what_isnt_the_same_in_both(both):
    for line in sorted(ANYTHING):
        status, answer, error = cli(both[0], *line.split())
        assert status == 0 and not error and not answer.startswith("Error"), line


# -- redis-benchmark ----------------------------------------------------------------------------------------------------

@needs("redis-benchmark", "redis-tools")
@pytest.mark.parametrize("pipeline", ["1", "16"])
def test_redis_benchmark_comes_to_its_end_and_warns_of_nothing(pipeline):
    with ours() as port:
        done = subprocess.run(["redis-benchmark", "-p", str(port), "-t", "ping,set,get,incr,lpush,rpush,lpop,lrange_100",
                               "-n", "300", "-c", "10", "-P", pipeline, "--csv"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)
    assert done.returncode == 0 and not re.search("warning|error", done.stdout, re.IGNORECASE), done.stdout
    told = set(re.findall(r'"([A-Z_]+)', done.stdout))
    assert told >= {"PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "LPUSH", "RPUSH", "LPOP"}


# -- redis-py -----------------------------------------------------------------------------------------------------------

@pytest.fixture(params=[2, 3], ids=["RESP2", "RESP3"])
def clients(both, request):
    """A client of each server, in the same protocol."""
    pair = [redis.Redis(port=port, protocol=request.param, socket_timeout=PATIENCE, decode_responses=True) for port in both]
    yield pair
    for one in pair:
        one.close()


def told(client, *words):
    """What redis-py makes of the reply: a value, or an error with its class and its text."""
    try:
        return client.execute_command(*words)
    except redis.RedisError as error:
        return type(error).__name__, str(error)


@needs_redis
def test_redis_py_is_told_the_same(clients):
    for line in ["DEL a b l", *CALLS]:
        one, other = (told(client, *line.split()) for client in clients)
        assert one == other, line


@needs_redis
def test_the_methods_of_redis_py(clients):
    one, other = ([client.set("a", "1", ex=100), client.get("a"), client.ttl("a"), client.incr("a", 5), client.mget("a", "none"),
                   client.set("a", "x", keepttl=True, get=True), client.expire("a", 50), client.exists("a", "none"),
                   client.rpush("l", "1", "2"), client.lpush("l", "0"), client.lrange("l", 0, -1), client.lpop("l"),
                   client.config_get("save"), client.delete("a", "l"), client.ping(), client.echo("hi"),
                   client.publish("news", "x")]
                  for client in clients)
    assert one == other and one[:3] == [True, "1", 100]
    assert clients[0].info()["redis_version"] and clients[0].client_id() > 0


@needs_redis
@pytest.mark.parametrize("transaction", [True, False])
def test_pipelines_of_redis_py(clients, transaction):
    def talk(client):
        with client.pipeline(transaction=transaction) as pipeline:
            pipeline.delete("a").set("a", "1").incr("a").lpush("a", "x").get("a").delete("a")
            return [str(one) for one in pipeline.execute(raise_on_error=False)]
    one, other = map(talk, clients)
    assert one == other and "WRONGTYPE" in one[3]


@needs_redis
def test_messages_by_redis_py(clients):
    def talk(client):
        with client.pubsub() as ears:
            ears.subscribe("news", "weather")
            found = [ears.get_message(timeout=PATIENCE) for _ in range(2)]
            found.append(client.publish("news", "hello"))
            found.append(ears.get_message(timeout=PATIENCE))
            ears.unsubscribe("news")
            found += [ears.get_message(timeout=PATIENCE), client.publish("news", "hello"), client.publish("weather", "rain")]
            return [*found, ears.get_message(timeout=PATIENCE)]
    one, other = map(talk, clients)
    assert one == other and one[3]["data"] == "hello"

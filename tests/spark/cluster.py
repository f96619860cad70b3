"""A Spark cluster of separate processes on loopback: a master and two workers.

Iceberg's tables lie in a folder, and its catalog in an SQLite file that Spark and
pyiceberg both open. Everything that the project itself needs to know of the cluster is
in `spark-defaults.conf` and in the environment, as with a cluster of a company's own.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
DRIVERS = Path("/usr/share/java/xerial-sqlite-jdbc.jar")
NATIVE = ("/usr/lib/jni", "/usr/lib/x86_64-linux-gnu/jni")
ICEBERG = "iceberg-spark-runtime-3.5_2.12-1.10.2.jar"
WORKERS = 2
PATIENCE = 90.0  # seconds; a JVM starts in 3 to 15
# Small tables: to plan and compile a query takes longer than to run it.
DEFAULTS = """
spark.master spark://{host}:{port}
spark.driver.memory 1g
spark.driver.bindAddress {host}
spark.driver.host {host}
spark.driver.extraClassPath {driver}
spark.driver.extraLibraryPath {native}
spark.driver.extraJavaOptions -XX:+UseSerialGC -XX:TieredStopAtLevel=1
spark.executor.memory 900m
spark.executor.cores 1
spark.executor.extraJavaOptions -XX:+UseSerialGC -XX:TieredStopAtLevel=1
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
spark.cores.max 2
spark.jars {iceberg},{driver}
spark.ui.enabled false
spark.sql.shuffle.partitions 1
spark.default.parallelism 2
spark.sql.catalogImplementation in-memory
spark.sql.extensions \
org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions
spark.sql.catalog.lake org.apache.iceberg.spark.SparkCatalog
spark.sql.catalog.lake.type jdbc
spark.sql.catalog.lake.uri jdbc:sqlite:{root}/catalog.db?busy_timeout=60000
spark.sql.catalog.lake.clients 1
spark.sql.catalog.lake.jdbc.schema-version V1
spark.sql.catalog.lake.warehouse {root}/lake
spark.sql.warehouse.dir {root}/lake
"""


def missing() -> list[str]:
    """Return what this machine lacks for the lane, each with how to get it."""
    packages = {
        "pyspark",
        "pyiceberg",
        "snowpark_connect_deps_iceberg",
        "dbt.adapters.spark",
    }
    lacking = [
        f"{name}: make test-spark installs it (Python 3.11 or 3.12)"
        for name in sorted(packages)
        if not _is_importable(name)
    ]
    if shutil.which("java") is None:
        lacking.append("java: apt-get install openjdk-17-jre-headless")
    if not DRIVERS.exists():
        lacking.append(
            "SQLite for Java: apt-get install libxerial-sqlite-jdbc-java"
            " libxerial-sqlite-jdbc-jni"
        )
    return lacking


def _is_importable(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@dataclass
class Cluster:
    """The processes of a cluster, and what a client of it needs.

    Attributes:
        root: folder of the catalog, the tables, the settings and the logs.
        port: of the master.
        workers: the processes of the two workers.
    """

    root: Path
    port: int
    workers: list[subprocess.Popen] = field(default_factory=list)
    master: subprocess.Popen | None = None

    @property
    def lake(self) -> Path:
        """The folder of all data files."""
        return self.root / "lake"

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which Spark and pyiceberg find the cluster."""
        return {
            **_of_java(),
            "SPARK_CONF_DIR": str(self.root / "conf"),
            "PYICEBERG_CATALOG__LAKE__URI": f"sqlite:///{self.root}/catalog.db",
            "PYICEBERG_CATALOG__LAKE__WAREHOUSE": f"file://{self.lake}",
        }

    def start(self) -> None:
        """Start the master and the workers, and wait until they are registered."""
        conf = self.root / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        self.lake.mkdir(exist_ok=True)
        (conf / "spark-defaults.conf").write_text(self._defaults(), encoding="utf-8")
        shutil.copy(_here() / "log4j2.properties", conf)
        arguments = ("--host", HOST, "--port", str(self.port), "--webui-port", "0")
        self.master = self._run("master", "master.Master", *arguments)
        self._wait_for("master", "I have been elected leader")
        for _ in range(WORKERS):
            self.add_worker()
        self._wait_for("master", "Registering worker", WORKERS)

    def add_worker(self) -> None:
        """Start one more worker."""
        name = f"worker{len(self.workers) + 1}"
        place = ("-c", "1", "-m", "1300m", "--webui-port", "0", "--host", HOST)
        url = f"spark://{HOST}:{self.port}"
        work = str(self.root / name)
        self.workers.append(self._run(name, "worker.Worker", *place, "-d", work, url))

    def stop(self) -> None:
        """End every process that was started here."""
        for process in [*self.workers, self.master]:
            if process is not None and process.poll() is None:
                end(process)

    def _defaults(self) -> str:
        return DEFAULTS.format(
            host=HOST,
            port=self.port,
            driver=DRIVERS,
            native=":".join(NATIVE),
            iceberg=_iceberg_jar(),
            root=self.root,
        )

    def _run(self, name: str, role: str, *arguments: str) -> subprocess.Popen:
        command = [
            str(_spark_home() / "bin" / "spark-class"),
            f"org.apache.spark.deploy.{role}",
            *arguments,
        ]
        with (self.root / f"{name}.log").open("w", encoding="utf-8") as log:
            return subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | self.environment | {"SPARK_NO_DAEMONIZE": "1"},
                cwd=self.root,
                start_new_session=True,
            )

    def _wait_for(self, name: str, words: str, times: int = 1) -> None:
        log = self.root / f"{name}.log"
        deadline = time.monotonic() + PATIENCE
        while log.read_text("utf-8", errors="replace").count(words) < times:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{words!r} is not in {log}")
            time.sleep(0.2)


def end(process: subprocess.Popen) -> None:
    """Kill a process and the executors that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def running(root: Path, port: int) -> Iterator[Cluster]:
    """Run a cluster for the block."""
    root.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(root, port)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _of_java() -> dict[str, str]:
    return {
        "SPARK_HOME": str(_spark_home()),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }


def _spark_home() -> Path:
    return Path(importlib.util.find_spec("pyspark").origin).parent


def _iceberg_jar() -> Path:
    package = importlib.util.find_spec("snowpark_connect_deps_iceberg")
    return Path(package.origin).parent / "jars" / ICEBERG


def _here() -> Path:
    return Path(__file__).parent

# `make run` is the whole thing: set-up, build, a real run, the report's path.
# What is built for runs is built for tests too, so neither waits for the other's build.

SHELL := bash
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PLAN ?= chaos/quick.yaml
SEEDS ?= 20
FUZZ_SECONDS ?= 60
PREFIX ?= /usr/local
BIN := .build/release
BUILD := swift build -c release

.PHONY: help run test lint bench bench-placement bench-checkers bench-recording bench-load \
    bench-failover bench-replace bench-simulate simulate-sample transcripts soak fuzz install clean \
    build

help:
	@cat <<-'END'
	make run      build, run chaos/quick.yaml (PLAN=file for another), end with the report's path
	make test     every test
	make lint     format and warnings
	make bench    against Redis, side by side, and the micro-benchmarks
	make bench-placement   every placement scheme: lookups, memory, changes; beside C++
	make bench-checkers    how long each checker takes, and its bar
	make bench-recording   what recording a history costs the load generator
	make bench-load        the load generator beside redis-benchmark, through a stall and a crash
	make bench-failover    how long a failover takes, and that none happens without a reason
	make bench-replace     what clients notice of a node's replacement, with 1 GB of data, and what it moves
	make bench-simulate    simulated seconds in a second of one core, and the bar
	make simulate-sample   what CI simulates: clean seeds in two processes, and every planted bug
	make transcripts       write the main scenarios' golden transcripts anew
	make soak     100,000 simulated seeds and every planted bug, a hundred mixed real runs that count, then
	              twenty a replication mode (SEEDS=n): what is lost; two and a half hours
	make fuzz     libFuzzer on every importer of histories, a minute each (FUZZ_SECONDS=n)
	make install  ordeal, keel and ordeal-launcher to $(PREFIX)/bin (PREFIX=dir for another place)
	make clean    drop what was built; results stay
	END

build:
	@.ci/packages run
	$(BUILD)

# Where the machine refuses network namespaces, what can be shown without them is shown.
run: build
	@plan=$(PLAN)
	if [ "$$plan" = chaos/quick.yaml ] && ! $(BIN)/ordeal doctor --allows namespaces; then
	    plan=chaos/quick-loopback.yaml
	    echo "make run: this machine refuses network namespaces (see \`$(BIN)/ordeal doctor\`);" >&2
	    echo "make run: running $$plan instead: processes fail, links do not" >&2
	fi
	$(BIN)/ordeal run "$$plan"

test:
	@.ci/packages test
	$(BUILD) --build-tests
	export PATH="$$PWD/.build/python/bin:$$PATH"
	.ci/tests

lint:
	@find Package.swift Sources Tests Benchmarks Fuzzing -name '*.swift' -not -path '*/.build/*' -print0 2>/dev/null \
	    | xargs -0 swift format lint --strict --parallel
	swift build --build-tests --scratch-path .build/lint -Xswiftc -warnings-as-errors \
	    --explicit-target-dependency-import-check error

bench: build
	@.ci/packages test
	Benchmarks/run

bench-placement:
	@.ci/packages test
	swift build -c release --package-path Benchmarks --product placement
	"$$(swift build -c release --package-path Benchmarks --show-bin-path)/placement"

# Exit code 2 when a bar is missed.
bench-checkers:
	@.ci/packages test
	swift build -c release --package-path Benchmarks --product checkers
	$$(swift build -c release --package-path Benchmarks --show-bin-path)/checkers

# Exit code 2 when a bar is missed.
bench-recording: build
	Benchmarks/recording

# Exit code 2 when a bar is missed.
bench-load: build
	@.ci/packages test
	Benchmarks/load/run

# Exit code 2 when a bar is missed, 4 when the machine was too busy to say.
bench-failover: build
	@.ci/packages test
	status=0
	Benchmarks/failover || status=$$?
	Benchmarks/durable-writes || { code=$$?; [ $$status -eq 2 ] || status=$$code; }
	exit $$status

# Exit code 2 when a bar is missed.
bench-replace: build
	Benchmarks/replace

# Exit code 2 when the bar is missed, 4 when the machine was too busy to say.
bench-simulate: build
	Benchmarks/simulation

simulate-sample: build
	.ci/simulate

soak: build
	@status=0
	$(BIN)/ordeal check --self-test --histories 100000 || status=$$?
	$(BIN)/ordeal simulate --seeds 1..100000 || { [ $$status -ne 0 ] || status=$$?; }
	$(BIN)/flawed-stores || { [ $$status -ne 0 ] || status=$$?; }
	chaos/mixed-soak || { [ $$status -ne 0 ] || status=$$?; }
	$(BIN)/ordeal run chaos/soak-logged.yaml --repeat $(SEEDS) || { [ $$status -ne 0 ] || status=$$?; }
	$(BIN)/ordeal run chaos/soak-asynchronous.yaml --repeat $(SEEDS) || { [ $$status -ne 0 ] || status=$$?; }
	exit $$status

# What a change of the cores changed in the main scenarios: read the difference.
transcripts:
	@$(BUILD) --build-tests
	ORDEAL_WRITE_TRANSCRIPTS=1 swift test -c release --disable-xctest --skip-build --filter TranscriptTests
	git diff --stat -- Tests/ReplicationTests/Transcripts

fuzz:
	@SECONDS_EACH=$(FUZZ_SECONDS) Fuzzing/run

install: build
	@install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(BIN)/ordeal $(BIN)/keel $(BIN)/ordeal-launcher $(DESTDIR)$(PREFIX)/bin

clean:
	@rm -rf .build Benchmarks/.build Fuzzing/.build

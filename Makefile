# The ASR gateway: an nginx module, its helper program, their tests.
#
# Everything built goes to build/, a running gateway's files to run/.  A bare
# Debian 12 with git and make is enough to start from: what else is needed is
# installed by "deps", so nothing here may call pkg-config while it is read.

SHELL      = /bin/bash
BUILD     ?= release
CC        ?= gcc
TOP       := $(CURDIR)
DESTDIR   ?=

ifeq ($(origin CC),default)
CC         = gcc
endif

OUT_release  = build
OUT_debug    = build/debug
OUT_sanitize = build/sanitize
OUT         := $(OUT_$(BUILD))
ifeq ($(OUT),)
$(error BUILD is release, debug or sanitize, not "$(BUILD)")
endif

CFLAGS_release  = -O2 -g
CFLAGS_debug    = -O0 -g3
CFLAGS_sanitize = -O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer \
                  -fno-sanitize-recover=undefined
LDFLAGS_sanitize = -fsanitize=address,undefined
SOAK_sanitize    = 1

WARN     = -Wall -Wextra -Wpointer-arith -Wshadow -Wstrict-prototypes \
           -Wmissing-prototypes -Wno-unused-parameter -Werror
CORE_PKG = yajl libcrypto libcurl sqlite3 pocketsphinx sphinxbase icu-i18n \
            icu-uc
DEC_PKG = libavformat libavcodec libswresample libavutil libseccomp opus
SND_PKG = libavformat libavcodec libswresample libavutil

CORE_SRC = $(filter-out %_main.c,$(wildcard ngx_module/core/*/*.c))
CORE_HDR = $(wildcard ngx_module/core/*/*.h)
CORE_OBJ = $(CORE_SRC:ngx_module/core/%.c=$(OUT)/core/%.o)
CORE_CF  = -std=gnu11 -fPIC -pthread $(CFLAGS_$(BUILD)) $(WARN) \
           `pkg-config --cflags $(CORE_PKG)`
CORE_LIB = `pkg-config --libs $(CORE_PKG)` -lflite_cmulex -lflite -lm \
           -pthread

DEC_SRC  = $(wildcard ngx_module/core/audio/asr_decode*_main.c)
LAUNCH_SRC = $(wildcard mock_server/launch/asr_mock_launch*_main.c)

# The mock: what knows nothing of nginx is tested as the core is.

MOCK_ALL = $(filter-out %_main.c,$(wildcard mock_server/*/*.c))
MOCK_SRC = $(filter-out mock_server/nginx/%,$(MOCK_ALL))
MOCK_HDR = $(wildcard mock_server/*/*.h)
MOCK_INC = -Ingx_module $(patsubst %/,-I%,$(sort $(dir $(MOCK_HDR))))
MOCK_OBJ = $(MOCK_SRC:%.c=$(OUT)/%.o)

# The conformance suite, which shares nothing with the two above: its program,
# and what it carries.

CONF_ALL = $(wildcard conformance/runner/*/*.c)
CONF_SRC = $(filter-out %_main.c,$(CONF_ALL))
CONF_HDR = $(wildcard conformance/runner/*/*.h)
CONF_INC = $(patsubst %/,-I%,$(sort $(dir $(CONF_HDR))))
CONF_OBJ = $(CONF_SRC:%.c=$(OUT)/%.o) $(OUT)/conformance/embedded.o
CONF_PKG = jansson libcurl libmicrohttpd libcrypto expat libpcre2-8
CONF_CF  = -std=gnu11 -D_GNU_SOURCE -pthread $(CFLAGS_$(BUILD)) $(WARN) $(CONF_INC) \
           `pkg-config --cflags $(CONF_PKG)`
CONF_LIB = `pkg-config --libs $(CONF_PKG)` -lm -pthread
CONF_DAT = $(filter-out %/README.md %/make,$(wildcard \
             $(foreach d,tencent u2 memories ice common,\
               conformance/$d/*.json conformance/$d/*/*)))

GLUE_SRC = $(wildcard ngx_module/*.c)
GLUE_HDR = $(wildcard ngx_module/*.h)

NGX_SRC  = /usr/share/nginx/src
NGX_BIN  = /usr/sbin/nginx
MODULE   = ngx_http_asr_module.so
MOCK     = ngx_http_asr_mock_module.so
MODULES  = $(DESTDIR)/usr/lib/nginx/modules
LIBEXEC  = $(DESTDIR)/usr/lib/asr
BIN      = $(DESTDIR)/usr/bin
SHARE    = $(DESTDIR)/usr/share/asr-mock

UNIT     = $(patsubst tests/unit/%.c,build/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ     = $(if $(wildcard tests/fuzz/regress.c),$(FUZZ_ALL))
FUZZ_ALL = $(patsubst tests/fuzz/fuzz_%.c,build/fuzz-regress/%,\
             $(wildcard tests/fuzz/fuzz_*.c))

# Debian packages.  perl and testdata: the demonstration and the tests.

DEPS      = gcc libc6-dev make pkg-config perl nginx nginx-dev libssl-dev \
            libyajl-dev libsqlite3-dev libpocketsphinx-dev libsphinxbase-dev \
            libcurl4-openssl-dev libicu-dev ca-certificates \
            pocketsphinx-en-us pocketsphinx-testdata libavformat-dev \
            libavcodec-dev libswresample-dev libavutil-dev libopus-dev \
            libseccomp-dev wamerican flite1-dev espeak-ng libjansson-dev \
            libmicrohttpd-dev libexpat1-dev libpcre2-dev
TEST_DEPS = libcmocka-dev clang libclang-rt-14-dev shellcheck cppcheck wrk \
            sctk flite python3-pytest openssl curl chromium \
            json-schema-test-suite
BENCH_DEPS = sctk pocketsphinx ffmpeg
INSTALL_PACKAGES = tests/tools/packages


.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help deps test-deps all run test soak fuzz-media check clauses lint \
        install install-mock install-conformance clean bench bench-body \
        bench-mock bench-conformance bench-speech readme check-abi clients \
        unit tap mock conformance mutants FORCE

help:		## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) \
	    | sed -E 's/:[^#]*## */\t/' | expand -t 21
	@echo "BUILD=release|debug|sanitize chooses the variant."

deps:		## installs the Debian packages the build needs, if any misses
	@$(INSTALL_PACKAGES) $(DEPS)

test-deps: deps	## installs what the tests need too
	@$(INSTALL_PACKAGES) $(TEST_DEPS) node:nodejs npm:npm
	@$(MAKE) --no-print-directory clients

all: $(OUT)/libasr.a $(OUT)/asr-decode $(OUT)/$(MODULE) check-abi \
     mock conformance
all:		## builds module, library, programs (after deps)

mock: $(OUT)/$(MOCK) $(OUT)/asr-decode $(OUT)/asr-mock $(OUT)/asr-mock-cert \
      $(OUT)/asr-mock-audio $(OUT)/asr-mock-diff
mock:		## builds the mock alone: build/asr-mock --help

conformance: $(OUT)/asr-conformance
conformance:	## builds the conformance suite: build/asr-conformance --help

run: deps	## starts a gateway on 127.0.0.1:8080 and transcribes with it
	@$(MAKE) --no-print-directory -j2 all
	@PORT='$(PORT)' ONCE='$(ONCE)' ACCOUNTS='$(ACCOUNTS)' \
	    ASR_BUILD='$(OUT)' tests/run/run

test: test-deps	## builds everything, runs all tests (20 minutes on two cores)
	@$(MAKE) --no-print-directory -j2 BUILD=release all
	@$(MAKE) --no-print-directory -j2 BUILD=sanitize all
	@$(MAKE) --no-print-directory -j2 BUILD=release tap

soak: deps	## N=1000 tasks with bad audio hosts and callback receivers
	@$(INSTALL_PACKAGES) sqlite3
	@$(MAKE) --no-print-directory -j2 all
	@N='$(N)' ASR_BUILD='$(OUT)' ASR_SANITIZE='$(SOAK_$(BUILD))' \
	    perl -Itests/nginx/lib tests/nginx/soak.t

fuzz-media: deps	## N=10000 damaged media files through asr-decode (SEED=)
	@$(INSTALL_PACKAGES) libcmocka-dev pocketsphinx-testdata
	@$(MAKE) --no-print-directory -j2 $(OUT)/asr-decode \
	    build/unit/test_media_fuzz
	@N='$(N)' SEED='$(SEED)'; ASR_FUZZ_N=$${N:-10000} \
	    ASR_FUZZ_SEED=$${SEED:-$$RANDOM$$RANDOM} \
	    ASR_DECODE='$(OUT)/asr-decode' build/unit/test_media_fuzz

check:		## style and structure of the tree and of what was built
	@$(MAKE) --no-print-directory $(OUT)/params
	@tests/lint/check $(OUT)

readme: $(OUT)/params	## writes the documents' tables into README.md
	@tests/lint/readme -w $< README.md

mutants: $(OUT)/asr-conformance mock
mutants:	## faults put into the mock, each of which the suite must find
	@ASR_BUILD='$(OUT)' tests/conformance/mutants

clauses:	## each clause of the documents, its row of code and its tests
	@tests/lint/clauses

lint:		## cppcheck, shellcheck, perl -c
	@tests/lint/lint

install:	## installs gateway, mock and suite (DESTDIR is honoured)
	@[ -e $(OUT)/$(MODULE) ] && [ -e $(OUT)/asr-decode ] \
	    || { echo 'Nothing is built; "make all" first.' >&2; exit 1; }
	@install -d $(MODULES) $(LIBEXEC)
	@tests/tools/replace $(OUT)/$(MODULE) $(MODULES)/$(MODULE) 0644
	@tests/tools/replace $(OUT)/asr-decode $(LIBEXEC)/asr-decode 0755
	@[ ! -e $(OUT)/$(MOCK) ] || $(MAKE) --no-print-directory install-mock
	@[ ! -e $(OUT)/asr-conformance ] \
	    || $(MAKE) --no-print-directory install-conformance

# The mock's module, programs and page: asr-mock needs no more than these.

install-mock:	## installs the mock alone (likewise)
	@install -d $(MODULES) $(LIBEXEC) $(BIN) $(SHARE)/page
	@tests/tools/replace $(OUT)/$(MOCK) $(MODULES)/$(MOCK) 0644
	@tests/tools/replace $(OUT)/asr-decode $(LIBEXEC)/asr-decode 0755
	@tests/tools/replace $(OUT)/asr-mock-audio $(LIBEXEC)/asr-mock-audio 0755
	@tests/tools/replace $(OUT)/asr-mock-cert $(LIBEXEC)/asr-mock-cert 0755
	@tests/tools/replace $(OUT)/asr-mock-diff $(LIBEXEC)/asr-mock-diff 0755
	@tests/tools/replace $(OUT)/asr-mock $(BIN)/asr-mock 0755
	@install -m 0644 mock_server/page/* $(SHARE)/page

install-conformance:	## installs the suite alone (likewise)
	@install -d $(BIN)
	@tests/tools/replace $(OUT)/asr-conformance $(BIN)/asr-conformance 0755

bench:		## requests/s and CPU per request of a create, beside return 200
	@ASR_BUILD='$(OUT)' tests/bench/bench

bench-body:	## memory and event loop time of a 7 MB request body
	@ASR_BUILD='$(OUT)' tests/bench/bench-body

bench-mock:	## start, requests/s and CPU of the mock, beside return 200
	@ASR_BUILD='$(OUT)' tests/bench/bench-mock

bench-conformance:	## all cases of the suite on a fresh mock: seconds, CPU
	@ASR_BUILD='$(OUT)' tests/bench/bench-conformance

bench-speech: deps	## errors, CPU and more of recognition; DATA=folder
	@$(INSTALL_PACKAGES) $(BENCH_DEPS)
	@$(MAKE) --no-print-directory -j2 all
	@ASR_BUILD='$(OUT)' tests/bench/bench-speech

clean:		## removes build/ and run/
	rm -rf build run


# The library of the core, and the program that opens hostile media.

$(OUT)/core/%.o: ngx_module/core/%.c $(CORE_HDR)
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) $(CORE_CF) -c -o $@ $<

$(OUT)/libasr.a: $(CORE_OBJ)
	@rm -f $@
	@echo 'AR $@'
	@ar rcs $@ $^

$(OUT)/mock_server/%.o: mock_server/%.c $(MOCK_HDR) $(CORE_HDR)
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) $(CORE_CF) $(MOCK_INC) -c -o $@ $<

# The program that starts the mock, which no library may delay, and the one
# that makes its certificates.

$(OUT)/asr-mock: $(LAUNCH_SRC) mock_server/launch/asr_mock_launch.h
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) -std=gnu11 $(CFLAGS_$(BUILD)) $(WARN) -o $@ $(LAUNCH_SRC)

$(OUT)/asr-mock-cert: mock_server/launch/asr_mock_cert_main.c
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) -std=gnu11 $(CFLAGS_$(BUILD)) $(WARN) -o $@ $< \
	    `pkg-config --cflags --libs libcrypto`

# What compares a recording with the mock.

DIFF_SRC = $(wildcard mock_server/record/asr_mock_diff*_main.c)

$(OUT)/asr-mock-diff: $(DIFF_SRC) $(OUT)/libmock.a $(OUT)/libasr.a \
                      $(MOCK_HDR) $(CORE_HDR)
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) $(CORE_CF) $(MOCK_INC) -o $@ $(filter %.c %.a,$^) $(CORE_LIB)

$(OUT)/libmock.a: $(MOCK_OBJ)
	@rm -f $@
	@echo 'AR $@'
	@ar rcs $@ $^

# The conformance suite.

$(OUT)/conformance/%.o: conformance/%.c $(CONF_HDR)
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) $(CONF_CF) -c -o $@ $<

$(OUT)/conformance/data: FORCE
	@mkdir -p $(@D)
	@echo '$(CONF_DAT)' | cmp -s - $@ || echo '$(CONF_DAT)' > $@

$(OUT)/conformance/embedded.o: conformance/runner/base/embed $(CONF_DAT) \
                               $(OUT)/conformance/data
	@echo 'CC $@'
	@$< $(CONF_DAT) > $(@:.o=.c)
	@$(CC) $(CONF_CF) -c -o $@ $(@:.o=.c)

$(OUT)/libconf.a: $(CONF_OBJ)
	@rm -f $@
	@echo 'AR $@'
	@ar rcs $@ $^

$(OUT)/asr-conformance: $(wildcard conformance/runner/*/*_main.c) \
                        $(OUT)/libconf.a $(CONF_HDR)
	@echo 'CC $@'
	@$(CC) $(CONF_CF) -o $@ $(filter %.c %.a,$^) $(CONF_LIB)

# The helper stands alone: no other part of the core shares its sandbox.

$(OUT)/asr-decode: $(wildcard ngx_module/core/audio/asr_decode*_main.c) \
                   $(CORE_HDR)
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) $(CORE_CF) `pkg-config --cflags $(DEC_PKG)` -o $@ \
	    $(filter %.c,$^) `pkg-config --libs $(DEC_PKG)` -pthread


# The mock's maker of sound files: the media libraries stay out of nginx.

$(OUT)/asr-mock-audio: $(wildcard mock_server/sound/asr_mock_audio*_main.c) \
                       $(OUT)/libmock.a $(OUT)/libasr.a $(MOCK_HDR) $(CORE_HDR)
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) $(CORE_CF) $(MOCK_INC) \
	    `pkg-config --cflags $(SND_PKG)` -o $@ $(filter %.c %.a,$^) \
	    `pkg-config --libs $(SND_PKG)` -lm


# Prints the tables of the documents, for the README.

$(OUT)/params: tests/tools/params.c $(OUT)/libasr.a
	@echo 'CC $@'
	@$(CC) $(CORE_CF) -Ingx_module/core -o $@ $< $(OUT)/libasr.a $(CORE_LIB)


# The module, by nginx's own build system with the flags Debian's nginx was
# built with.  Configured again when a source comes or goes.

MODDIR   = $(TOP)/$(OUT)/module
MOD_CC   = $(CFLAGS_$(BUILD)) -fPIC
MOD_LD   = -Wl,-z,relro -Wl,-z,now -fPIC $(LDFLAGS_$(BUILD))
MOD_SRC  = $(GLUE_SRC) $(CORE_SRC)
MOD_HDR  = $(GLUE_HDR) $(CORE_HDR)

$(OUT)/module/sources: FORCE
	@mkdir -p $(@D)
	@echo '$(MOD_SRC) $(MOD_HDR) $(MOD_CC) $(MOD_LD)' \
	    | cmp -s - $@ || echo '$(MOD_SRC) $(MOD_HDR) $(MOD_CC) $(MOD_LD)' > $@

$(OUT)/module/Makefile: config $(OUT)/module/sources
	@rm -f $@
	@echo 'configuring $(OUT)/$(MODULE)'
	@cd $(NGX_SRC) && . ./conf_flags && ASAN_OPTIONS=detect_leaks=0 \
	    ./configure --with-cc='$(CC)' --with-cc-opt='$(MOD_CC)' \
	    --with-ld-opt='$(MOD_LD)' "$${NGX_CONF_FLAGS[@]}" \
	    --add-dynamic-module=$(TOP) --builddir=$(MODDIR) \
	    > $(MODDIR)/configure.log 2>&1 \
	    || { tail -n 20 $(MODDIR)/configure.log; exit 1; }

$(OUT)/$(MODULE): $(OUT)/module/Makefile $(MOD_SRC) $(MOD_HDR) \
                  ngx_module/export.map
	@echo 'building $@'
	@$(MAKE) -s --no-print-directory -f $(MODDIR)/Makefile -C $(NGX_SRC) modules
	@tests/tools/replace $(MODDIR)/$(MODULE) $@ 0644

# The mock's module, likewise, of the core's library.

MOCKDIR  = $(TOP)/$(OUT)/mock-module

$(OUT)/mock-module/sources: FORCE
	@mkdir -p $(@D)
	@echo '$(GLUE_SRC) $(MOCK_ALL) $(MOCK_HDR) $(MOD_CC) $(MOD_LD)' \
	    | cmp -s - $@ \
	    || echo '$(GLUE_SRC) $(MOCK_ALL) $(MOCK_HDR) $(MOD_CC) $(MOD_LD)' > $@

$(OUT)/mock-module/Makefile: config $(OUT)/mock-module/sources
	@rm -f $@
	@echo 'configuring $(OUT)/$(MOCK)'
	@cd $(NGX_SRC) && . ./conf_flags && ASAN_OPTIONS=detect_leaks=0 \
	    ASR_MOCK='$(TOP)/$(OUT)' \
	    ./configure --with-cc='$(CC)' --with-cc-opt='$(MOD_CC)' \
	    --with-ld-opt='$(MOD_LD)' "$${NGX_CONF_FLAGS[@]}" \
	    --add-dynamic-module=$(TOP) --builddir=$(MOCKDIR) \
	    > $(MOCKDIR)/configure.log 2>&1 \
	    || { tail -n 20 $(MOCKDIR)/configure.log; exit 1; }

$(OUT)/$(MOCK): $(OUT)/mock-module/Makefile $(OUT)/libasr.a $(GLUE_SRC) \
                $(MOCK_ALL) $(MOCK_HDR) $(MOD_HDR) ngx_module/export.map
	@echo 'building $@'
	@$(MAKE) -s --no-print-directory -f $(MOCKDIR)/Makefile -C $(NGX_SRC) \
	    modules
	@tests/tools/replace $(MOCKDIR)/$(MOCK) $@ 0644

# nginx refuses a module with another signature than its own.

check-abi: $(OUT)/$(MODULE)
	@sig() { strings -a $$1 | grep -E -m1 '^[48],[48],[48],[01]+$$'; }; \
	have=`sig $<`; want=`sig $(NGX_BIN)`; \
	if [ -z "$$want" ] || [ "$$have" != "$$want" ]; then \
	    echo "$<: not binary compatible with $(NGX_BIN)"; \
	    echo "  module: $$have"; \
	    echo "  nginx:  $$want"; \
	    exit 1; \
	fi


# Unit tests always run sanitized.

unit: $(UNIT)

build/unit/test_decode build/unit/test_helper build/unit/test_media \
build/unit/test_media_fuzz build/unit/test_media_raw \
build/unit/test_mock_store_run build/unit/test_runner \
build/unit/test_runner_life: build/asr-decode $(wildcard tests/unit/*.h)

# Those of the mock.

build/unit/test_mock_audio: build/asr-decode build/sanitize/asr-mock-audio

build/unit/test_mock_%: tests/unit/test_mock_%.c $(wildcard tests/unit/*.h) \
                        build/sanitize/libmock.a build/sanitize/libasr.a
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) -std=gnu11 -pthread $(CFLAGS_sanitize) $(WARN) -Itests/unit \
	    -Ingx_module/core $(MOCK_INC) \
	    `pkg-config --cflags $(CORE_PKG) cmocka` -o $@ $< \
	    build/sanitize/libmock.a build/sanitize/libasr.a \
	    `pkg-config --libs cmocka` $(UNIT_LIB) $(CORE_LIB)

build/unit/test_conf_%: tests/unit/test_conf_%.c $(wildcard tests/unit/*.h) \
                        build/sanitize/libconf.a
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) -std=gnu11 -D_GNU_SOURCE -pthread $(CFLAGS_sanitize) $(WARN) -Itests/unit \
	    $(CONF_INC) `pkg-config --cflags $(CONF_PKG) cmocka` -o $@ $< \
	    build/sanitize/libconf.a `pkg-config --libs cmocka` $(CONF_LIB)

# These make their media themselves.

build/unit/test_media build/unit/test_media_fuzz \
build/unit/test_media_raw: UNIT_LIB = \
    `pkg-config --libs $(DEC_PKG)`

build/unit/%: tests/unit/%.c $(wildcard tests/unit/*.h) build/sanitize/libasr.a
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) -std=gnu11 -pthread $(CFLAGS_sanitize) $(WARN) -Itests/unit \
	    -Ingx_module/core `pkg-config --cflags $(CORE_PKG) cmocka` -o $@ $< \
	    build/sanitize/libasr.a `pkg-config --libs cmocka` $(UNIT_LIB) \
	    $(CORE_LIB)

ifneq ($(BUILD),sanitize)
build/sanitize/libasr.a: $(CORE_SRC) $(CORE_HDR)
	@$(MAKE) --no-print-directory BUILD=sanitize $@

build/sanitize/libmock.a: $(MOCK_SRC) $(MOCK_HDR) $(CORE_HDR)
	@$(MAKE) --no-print-directory BUILD=sanitize $@

build/sanitize/libconf.a: $(CONF_SRC) $(CONF_HDR) $(CONF_DAT)
	@$(MAKE) --no-print-directory BUILD=sanitize $@

build/sanitize/asr-mock-audio: $(wildcard mock_server/*/*.[ch]) $(CORE_HDR)
	@$(MAKE) --no-print-directory BUILD=sanitize $@
endif


# The vendors' stock SDKs.

clients: tests/clients/node_modules/.package-lock.json

tests/clients/node_modules/.package-lock.json: tests/clients/package-lock.json
	cd tests/clients && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@


# fuzz
#
# build/fuzz/X is a libFuzzer program (clang); build/fuzz-regress/X runs the
# same target over named files, with any compiler.

FUZZ_SRC = $(wildcard ngx_module/core/base/*.c ngx_module/core/auth/*.c \
             ngx_module/core/speech/asr_numbers*.c \
             mock_server/sound/asr_mock_embedded*.c)
FUZZ_LIB = -Itests/fuzz -Ingx_module/core $(MOCK_INC) \
           `pkg-config --cflags $(CORE_PKG)`

build/fuzz/%: tests/fuzz/fuzz_%.c tests/fuzz/fuzz.h $(CORE_HDR) $(MOCK_HDR) \
    $(FUZZ_SRC)
	@mkdir -p $(@D)
	clang -std=gnu11 -O1 -g -pthread \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	    $(FUZZ_LIB) -o $@ $< $(FUZZ_SRC) $(CORE_LIB)

build/fuzz-regress/%: tests/fuzz/fuzz_%.c tests/fuzz/regress.c \
    tests/fuzz/fuzz.h build/sanitize/libmock.a build/sanitize/libasr.a
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -pthread $(CFLAGS_sanitize) $(WARN) $(FUZZ_LIB) -o $@ \
	    $< tests/fuzz/regress.c build/sanitize/libmock.a \
	    build/sanitize/libasr.a $(CORE_LIB)

# Those of the mock: the whole core, for its lists are of all APIs.

FUZZ_MOCK = $(CORE_SRC) $(addprefix mock_server/,base/asr_mock.c \
              fault/asr_mock_fault.c fault/asr_mock_magic.c) \
            $(wildcard mock_server/fault/asr_mock_errors*.c \
              mock_server/doctor/*.c)

build/fuzz/mock_%: tests/fuzz/fuzz_mock_%.c tests/fuzz/fuzz.h $(CORE_HDR) \
    $(MOCK_HDR) $(FUZZ_MOCK)
	@mkdir -p $(@D)
	clang -std=gnu11 -O1 -g -pthread \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	    $(FUZZ_LIB) -o $@ $< $(FUZZ_MOCK) $(CORE_LIB)

# Those of the conformance suite, of a library of its own.

FUZZ_CONF = $(CONF_SRC:%.c=build/fuzz/%.o) build/fuzz/conformance/embedded.o
FUZZ_CF   = -std=gnu11 -D_GNU_SOURCE -O1 -g -pthread -Itests/fuzz $(CONF_INC) \
            `pkg-config --cflags $(CONF_PKG)`
FUZZ_CC   = clang $(FUZZ_CF) -fsanitize=address,undefined \
            -fno-sanitize-recover=undefined

build/fuzz/conf_accounts build/fuzz-regress/conf_accounts: \
    FUZZ_WRAP = -Wl,--wrap=asr_conf_die

build/fuzz/conformance/%.o: conformance/%.c $(CONF_HDR)
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(FUZZ_CC) -fsanitize=fuzzer-no-link -c -o $@ $<

build/fuzz/conformance/embedded.o: $(CONF_DAT) conformance/runner/base/embed
	@mkdir -p $(@D)
	@conformance/runner/base/embed $(CONF_DAT) > $(@:.o=.c)
	@$(FUZZ_CC) -c -o $@ $(@:.o=.c)

build/fuzz/libconf.a: $(FUZZ_CONF)
	@rm -f $@
	@ar rcs $@ $^

build/fuzz/conf_%: tests/fuzz/fuzz_conf_%.c tests/fuzz/fuzz.h \
    build/fuzz/libconf.a
	@echo 'CC $@'
	@$(FUZZ_CC) -fsanitize=fuzzer -o $@ $< build/fuzz/libconf.a $(FUZZ_WRAP) \
	    $(CONF_LIB)

build/fuzz-regress/conf_%: tests/fuzz/fuzz_conf_%.c tests/fuzz/regress.c \
    tests/fuzz/fuzz.h build/sanitize/libconf.a
	@mkdir -p $(@D)
	@echo 'CC $@'
	@$(CC) $(FUZZ_CF) $(CFLAGS_sanitize) $(WARN) -o $@ $< tests/fuzz/regress.c \
	    build/sanitize/libconf.a $(FUZZ_WRAP) $(CONF_LIB)

# end of fuzz


# All tests, counted together.  The line it ends with is the verdict.

NGX_T    = $(filter-out %/soak.t,$(wildcard tests/nginx/*.t))
TAP      = $(UNIT) tests/lint/checks.t tests/tools/fuzz.t tests/bench/speech.t \
           tests/packaging/dockerfile.t tests/conformance/mutants.t \
           $(NGX_T) $(NGX_T:%=sanitize:%) $(wildcard tests/clients/*.test.mjs)

tap: $(UNIT) $(FUZZ) $(OUT)/params
	@tests/run-tests -j 2 $(TAP)

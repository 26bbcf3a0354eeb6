# The ASR gateway: an nginx module, its helper program, their tests.
#
# Everything built goes to build/, a running gateway's files to run/.

SHELL      = /bin/bash
BUILD     ?= release
CC        ?= gcc
TOP       := $(CURDIR)

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

WARN     = -Wall -Wextra -Wpointer-arith -Wshadow -Wstrict-prototypes \
           -Wmissing-prototypes -Wno-unused-parameter -Werror
CORE_PKG = yajl libcrypto sqlite3 pocketsphinx sphinxbase
DEC_PKG  = libavformat libavcodec libswresample libavutil libseccomp

CORE_SRC = $(filter-out %_main.c,$(wildcard ngx_module/core/*/*.c))
CORE_HDR = $(wildcard ngx_module/core/*/*.h)
CORE_OBJ = $(CORE_SRC:ngx_module/core/%.c=$(OUT)/core/%.o)
CORE_CF  = -std=gnu11 -fPIC -pthread $(CFLAGS_$(BUILD)) $(WARN) \
           `pkg-config --cflags $(CORE_PKG)`
CORE_LIB = `pkg-config --libs $(CORE_PKG)` -lm -pthread

UNIT     = $(patsubst tests/unit/%.c,build/unit/%,$(wildcard tests/unit/test_*.c))


$(OUT)/core/%.o: ngx_module/core/%.c $(CORE_HDR)
	@mkdir -p $(@D)
	$(CC) $(CORE_CF) -c -o $@ $<

$(OUT)/libasr.a: $(CORE_OBJ)
	@rm -f $@
	ar rcs $@ $^

# The helper stands alone: no other part of the core shares its sandbox.

$(OUT)/asr-decode: $(wildcard ngx_module/core/audio/asr_decode*_main.c) \
                   $(CORE_HDR)
	@mkdir -p $(@D)
	$(CC) $(CORE_CF) `pkg-config --cflags $(DEC_PKG)` -o $@ \
	    $(filter %.c,$^) `pkg-config --libs $(DEC_PKG)` -pthread

# Unit tests always run sanitized.

build/unit/test_decode build/unit/test_helper build/unit/test_runner: \
    build/asr-decode tests/unit/decode.h tests/unit/wav.h

build/unit/%: tests/unit/%.c tests/unit/unit.h build/sanitize/libasr.a
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -pthread $(CFLAGS_sanitize) $(WARN) -Itests/unit \
	    -Ingx_module/core `pkg-config --cflags $(CORE_PKG) cmocka` -o $@ $< \
	    build/sanitize/libasr.a `pkg-config --libs cmocka` $(CORE_LIB)

ifneq ($(BUILD),sanitize)
build/sanitize/libasr.a: $(CORE_SRC) $(CORE_HDR)
	@$(MAKE) --no-print-directory BUILD=sanitize $@
endif

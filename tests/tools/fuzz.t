#!/usr/bin/perl

# What fuzzing once found, and the corpora's seeds, over each target again:
# tests/fuzz/regression/TARGET/* through build/fuzz-regress/TARGET.

use strict;
use warnings;

use Test::More;

my @targets = map { m{/fuzz_(\w+)\.c$} } glob 'tests/fuzz/fuzz_*.c';

plan skip_all => 'no targets' unless @targets && -e "tests/fuzz/regress.c";

for my $target (@targets) {
    my @files = glob "tests/fuzz/regression/$target/*";
    my $out = join '', map { `build/fuzz-regress/$target '$_' 2>&1`
                             . ($? ? "$_: status $?\n" : '') } @files;

    ok(-x "build/fuzz-regress/$target", "$target: built");
    unlike($out, qr/status|Sanitizer|runtime error/,
           "$target: " . @files . ' inputs') or diag($out);
}

done_testing();

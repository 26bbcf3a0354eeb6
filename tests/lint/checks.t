#!/usr/bin/perl
#
# The checks of tests/lint/check: the tree passes, and each check fires when
# a fault is planted in a copy of it.  A check that never fired proves nothing.

use strict;
use warnings;

use Cwd qw(getcwd);
use File::Temp qw(tempdir);
use Test::More;

my $top = getcwd();
my $dir = tempdir('asr-lint-XXXXXX', TMPDIR => 1, CLEANUP => 1);

my $c = <<'EOF';
/* A file that is as it should be: "//" in a string, strcpy( in a comment. */

#include "asr_base.h"


static const char  *asr_text = "//";


int
asr_planted(int n)
{
    for ( ;; ) {
        if (n == 0) {
            return asr_text[0];
        }

        n--;
    }
}


void
asr_planted_too(void)
{
    /* void */
}
EOF


# Runs the check on the copy with one file put into it; (status, output).

sub check
{
    my ($name, $text) = @_;

    if (defined $name) {
        open my $f, '>:raw', "$dir/$name" or die "$name: $!";
        print $f $text;
        close $f;
    }

    my $out = `cd $dir && tests/lint/check build 2>&1`;
    my $rc = $?;

    unlink "$dir/$name" if defined $name;

    return ($rc, $out);
}


sub fires
{
    my ($what, $name, $text, $pattern) = @_;
    my ($rc, $out) = check($name, $text);

    ok($rc != 0 && $out =~ $pattern, "fires: $what") or diag($out);
}


sub planted
{
    my ($from, $to) = @_;
    my $text = $c;

    $text =~ s/\Q$from\E/$to/ or die "no \"$from\"";

    return $text;
}


system("mkdir -p $dir/build && cp -r $top/config $top/ngx_module $top/Makefile"
       . " $top/mock_server $top/conformance $top/.ci $dir/ && mkdir $dir/tests"
       . " && cp -r $top/tests/lint $dir/tests/") == 0 or die 'no copy';

my $name = 'ngx_module/core/base/asr_planted.c';

is((check())[1], '', 'the tree has no finding');
is((check($name, $c))[1], '', 'a good file has none');

fires('81 columns', $name, planted('as it should be', 'x' x 30), qr/columns/);
fires('tab', $name, planted('    for', "\tfor"), qr/tab/);
fires('trailing blank', $name, planted("n--;\n", "n--; \n"), qr/trailing/);
fires('// comment', $name, planted('n--;', 'n--; // less'), qr{// comment});
fires('one blank line', $name, planted("}\n\n\nvoid", "}\n\nvoid"),
      qr/two blank/);
fires('three blank lines', $name, planted("\n\n\nint", "\n\n\n\nint"),
      qr/more than two/);
fires('type on the line of the name', $name,
      planted("void\nasr_planted_too", 'void asr_planted_too'),
      qr/line of its own/);
fires('banned function', $name, planted('n--;', 'strcpy(a, b);'),
      qr/banned: strcpy/);
fires('while (1)', $name, planted('for ( ;; )', 'while (1)'), qr/endless/);
fires('if(', $name, planted('if (', 'if('), qr/no blank after/);
fires('long function', $name, planted('n--;', "n--;\n" x 121), qr/over 120/);
fires('long file', $name, $c . "\n/* */" x 900 . "\n", qr/over 900/);
fires('no newline at the end', $name, $c =~ s/\n\z//r, qr/no newline/);
fires('nginx header in the core', $name,
      planted('"asr_base.h"', '<ngx_config.h>'), qr/includes an nginx/);
fires('a header of what is judged', 'conformance/runner/base/asr_conf_x.c',
      planted('"asr_base.h"', '"base/asr_json.h"'), qr/another part's header/);
fires('data that are no JSON', 'conformance/u2/cases/planted.json', '{"a": }',
      qr/planted\.json: .*is no JSON/s);
fires('two files of one name', 'ngx_module/asr_planted.c', $c,
      qr/two sources/) if -e "$dir/$name" || write_twin();


# The twin of "two files of one name" stays until the next line removes it.

sub write_twin
{
    open my $f, '>', "$dir/$name" or die;
    print $f $c;

    return close $f;
}


unlink "$dir/$name";

SKIP: {
    my $cc = 'gcc -c -o';

    skip('no compiler', 4) if system('command -v gcc >/dev/null') != 0;

    for my $case (
        ['a symbol without asr_', 'int other(void) { return 0; }',
         qr/does not start with asr_/],
        ['a reference to nginx', 'int ngx_x(void); int asr_y(void) '
         . '{ return ngx_x(); }', qr/refers to nginx/])
    {
        my ($what, $code, $pattern) = @$case;

        system("cd $dir && echo '$code' | $cc build/x.o -x c - "
               . '&& ar rcs build/libasr.a build/x.o');
        fires($what, undef, undef, $pattern);
        unlink "$dir/build/libasr.a";
    }

    system("cd $dir && echo 'int asr_other(void) { return 0; }'"
           . " | $cc build/x.o -x c - && ar rcs build/libconf.a build/x.o");
    fires('a symbol of the suite without asr_conf_', undef, undef,
          qr/does not start with asr_conf_/);
    unlink "$dir/build/libconf.a";

    system("cd $dir && printf '#!/bin/sh\necho a; echo a\n'"
           . " > build/asr-conformance && chmod +x build/asr-conformance");
    fires('two cases of one id', undef, undef, qr/two cases of one id: a/);
    unlink "$dir/build/asr-conformance";

    system("cd $dir && echo 'int ngx_modules, ngx_module_names, "
           . "ngx_module_order, asr_leak;' "
           . '| gcc -shared -o build/ngx_http_asr_module.so -x c -');
    fires('an exported symbol', undef, undef, qr/exports .*asr_leak/);
    unlink "$dir/build/ngx_http_asr_module.so";
}

# the tree as it was built, and the tables of the README

SKIP: {
    skip('not built', 3) unless -x 'build/params' && -e 'README.md';

    is(`tests/lint/check build 2>&1`, '', 'what was built has no finding');

    system("cp build/params $dir/build/ && cp README.md $dir/") == 0 or die;
    is((check())[1], '', 'the README has no finding');

    my $readme = do { local (@ARGV, $/) = 'README.md'; <> };
    $readme =~ s/^(\| `file_id` .*)/$1 more/m;
    fires('a table of the README', 'README.md', $readme, qr/not the code's/);
}

SKIP: {
    skip('no cppcheck or shellcheck', 1)
        if system('command -v cppcheck shellcheck >/dev/null') != 0;

    is(`tests/lint/lint 2>&1`, '', 'other checkers have no finding');
}

done_testing();

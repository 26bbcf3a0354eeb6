#!/usr/bin/perl
#
# style.pl FILE ...: what no formatter can check in nginx's page form.  Prints
# "file:line: what" for each finding; status 1 when there is one.  Unit tests
# may be long: they are lists.

use strict;
use warnings;

use constant { COLUMNS => 80, FUNCTION => 120, FILE => 900 };

my $banned = qr/\b(?:v?sprintf|strcpy|strcat|strncat|strtok|atoi|atol|atof
                    |gets|strncpy|alloca)\s*\(/x;
my $found = 0;


sub report
{
    my ($file, $line, $what) = @_;

    print "$file:$line: $what\n";
    $found++;
}


# The text without comments, strings and characters, line for line.

sub bare
{
    my ($text) = @_;

    $text =~ s{(/\*.*?\*/) | ("(?:\\.|[^"\\\n])*") | ('(?:\\.|[^'\\\n])*')}
              { my $m = defined $1 ? $1 : defined $2 ? '""' : "''";
                $m =~ s/[^\n]//g if defined $1;
                $m }gsex;

    return split /\n/, $text, -1;
}


# Any text file; a Makefile has to have tabs.

sub check_text
{
    my ($file, @lines) = @_;
    my $n = 0;

    for my $line (@lines) {
        $n++;
        report($file, $n, 'over ' . COLUMNS . ' columns')
            if length $line > COLUMNS;
        report($file, $n, 'tab') if $line =~ /\t/;
        report($file, $n, 'trailing blank') if $line =~ /[ \t\r]\z/;
    }

    report($file, $n, 'over ' . FILE . ' lines')
        if $n > FILE && $file !~ m{/unit/};
}


sub check_c
{
    my ($file, @lines) = @_;
    my ($n, $blank, $after, $open) = (0, 0, '', 0);

    for my $line (@lines) {
        $n++;

        report($file, $n, '// comment') if $line =~ m{//};
        report($file, $n, "banned: $1")
            if $line =~ /($banned)/ && $line !~ /^\s*#/;
        report($file, $n, 'endless loop is "for ( ;; )"')
            if $line =~ /\bwhile \(1\)|\bfor \(;;\)/;
        report($file, $n, 'no blank after keyword')
            if $line =~ /\b(?:if|for|while|switch)\(/;

        if ($line eq '') {
            $blank++;
            next;
        }

        report($file, $n, 'more than two blank lines') if $blank > 2;

        if ($after eq '}' && $blank != 2 && $line !~ /^#(?:endif|else)/) {
            report($file, $n, 'two blank lines go between functions');
        }

        if ($line =~ /^[a-z].*[\s*](\w+)\(.*\)$/ && $line !~ /^(?:typedef|else)/
            && ($lines[$n] // '') eq '{')
        {
            report($file, $n, "the type of $1 has a line of its own");
        }

        $open = $n if $line eq '{';

        if ($line eq '}') {
            report($file, $n, 'function over ' . FUNCTION . ' lines')
                if $open && $n - $open > FUNCTION && $file !~ m{/unit/};
            $open = 0;
        }

        $after = $line;
        $blank = 0;
    }
}


for my $file (@ARGV) {
    open my $f, '<:encoding(UTF-8)', $file or die "$file: $!\n";
    my $text = do { local $/; <$f> } // '';

    report($file, 1, 'no newline at the end')
        if $text ne '' && $text !~ /\n\z/;
    $text =~ s/\n\z//;

    check_text($file, split /\n/, $text, -1);

    # comments became blank, which must not count as blank lines
    if ($file =~ /\.[ch]\z/) {
        my @full = split /\n/, $text, -1;
        my @bare = bare($text);

        for my $i (0 .. $#full) {
            $bare[$i] = '/**/' if $full[$i] ne '' && $bare[$i] !~ /\S/;
        }

        check_c($file, @bare);
    }
}

exit($found ? 1 : 0);

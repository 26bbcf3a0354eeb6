#!/usr/bin/perl
#
# json.pl FILE ...: is each of them JSON?  Says what is not; status 1 then.

use strict;
use warnings;

use JSON::PP ();

my $bad = 0;

for my $name (@ARGV) {
    open my $f, '<:raw', $name or die "$name: $!\n";
    my $text = do { local $/; <$f> } // '';

    next if eval { JSON::PP->new->allow_nonref->decode($text); 1 };

    print "$name: $@";
    $bad = 1;
}

exit $bad;

# The mutants, as tests: see tests/conformance/mutants.

use strict;
use warnings;

use FindBin;

exec $^X, "$FindBin::Bin/mutants", '--tap' or die "mutants: $!\n";

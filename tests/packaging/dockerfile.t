#!/usr/bin/perl

# The Dockerfile beside this, as far as that can be told without an engine:
# does what it copies suffice to build, and what it installs to run?

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../nginx/lib";

use AsrHttp;
use AsrLaunch;
use AsrTest;

my $file = "$FindBin::Bin/Dockerfile";
my $build = AsrTest::build_dir();
my $dir = tempdir('asr-docker-XXXXXX', TMPDIR => 1, CLEANUP => 1);

my %known = map { $_ => 1 } qw(FROM RUN WORKDIR COPY USER EXPOSE ENTRYPOINT CMD
                               ENV ARG LABEL);

# Each stage: its name, its base, its instructions as pairs.

my @stages = stages(AsrTest::slurp($file));


sub stages
{
    my ($text) = @_;
    my @s;

    $text =~ s/^#.*\n//mg;
    $text =~ s/\\\n\s*/ /g;

    for my $line (grep { /\S/ } split /\n/, $text) {
        my ($what, $rest) = $line =~ /\A([A-Z]+) +(.*?)\s*\z/
            or die "not understood: $line\n";

        die "no instruction: $what\n" unless $known{$what};

        if ($what eq 'FROM') {
            my ($base, $name) = $rest =~ /\A(\S+)(?: AS (\w+))?\z/
                or die "not understood: $line\n";
            push @s, { base => $base, name => $name // '', do => [] };
            next;
        }

        die "$what before FROM\n" unless @s;
        push @{ $s[-1]{do} }, [ $what, $rest ];
    }

    return @s;
}


sub all
{
    my ($stage, $what) = @_;

    return map { $_->[1] } grep { $_->[0] eq $what } @{ $stage->{do} };
}


sub commands
{
    my ($stage) = @_;

    return map { split /\s*&&\s*/ } all($stage, 'RUN');
}


sub packages
{
    my ($stage) = @_;

    return map { /\Aapt-get install (.*)/ ? grep { !/^-/ } split ' ', $1 : () }
               commands($stage);
}


# What a program names itself; libc is in every image.

sub needed
{
    my ($program) = @_;
    my %path = map { /^\s*(\S+) => (\/\S+)/ ? ($1, $2) : () } `ldd $program`;
    my @names = map { /NEEDED.*\[(.*)\]/ ? $1 : () } `readelf -d $program`;

    return map { abs_path($path{$_}) }
               grep { $path{$_} && !/^lib(?:c|m|gcc_s)\.so/ } @names;
}


sub owner
{
    my ($lib) = @_;

    for my $name ($lib, $lib =~ s{^/usr/lib/}{/lib/}r) {
        my ($package) = `dpkg -S $name 2>&1` =~ /^([a-z0-9.+-]+)(?::\w+)?: /;
        return $package if $package;
    }

    return "nobody's $lib";
}


subtest 'stages' => sub {
    is(@stages, 2, 'two');
    like($_->{base}, qr/\Adebian:12(?:-slim)?\z/, "$_->{base}: the release "
         . 'whose nginx the module is for') for @stages;

    my %names = map { $_->{name} => 1 } @stages;

    for my $copy (map { all($_, 'COPY') } @stages) {
        next unless $copy =~ /--from=(\S+)/;
        ok($names{$1}, "COPY --from=$1");
    }
};


subtest 'what is copied suffices to build' => sub {
    my $top = $AsrTest::TOP;

    for my $copy (all($stages[0], 'COPY')) {
        my @from = split ' ', $copy;
        my $to = "$dir/" . pop @from;

        is(system('mkdir', '-p', @from > 1 ? $to : dirname($to)), 0, $to);
        is(system('cp', '-r', (map { "$top/$_" } @from), $to), 0, $copy);
    }

    for my $make (grep { /^make / } commands($stages[0])) {
        my (undef, @args) = split ' ', $make;
        my @said = `make -C $dir -k -n @args 2>&1`;

        # nginx's own Makefile is made on the way, and so is not there yet
        @said = grep { /No rule to make|cannot stat|No such file/
                       && !m{/mock-module/Makefile|'modules'} } @said;

        is(join('', @said), '', $make);
    }
};


subtest 'what is installed suffices to run' => sub {
    my %have = map { $_ => 1 } packages($stages[1]);

    for my $name (qw(asr-mock-cert asr-mock-diff asr-decode asr-mock-audio
                     ngx_http_asr_mock_module.so))
    {
        my %owners = map { owner($_) => 1 } needed("$build/$name");

        isnt(scalar keys %owners, 0, "$name is linked");
        ok($have{$_}, "$name: $_") for sort keys %owners;
    }

    unlike(join(' ', needed("$build/ngx_http_asr_mock_module.so")),
           qr/libcurl/, 'libcurl is not waited for');
    ok($have{$_}, "$_, without being linked") for qw(libcurl4 nginx);
};


subtest 'it runs as it is installed' => sub {
    my $root = "$dir/root";
    my $said = `make -C $AsrTest::TOP install-mock DESTDIR=$root 2>&1`;

    is($?, 0, 'make install-mock') or diag($said);

    my $m = AsrLaunch->new(program => "$root/usr/bin/asr-mock")->start;
    my $maps = AsrTest::slurp("/proc/$m->{nginx}/maps");
    my $http = AsrHttp->new($m->{port});

    isnt(index($maps, "$root/usr/lib/nginx/modules/"), -1,
         'with the module that was installed');
    is($http->request('GET', '/_mock/health')->{status}, 200, 'it answers');
    is($http->request('GET', '/_mock/')->{status}, 200, 'it has its page');
    is($m->end('TERM'), 0, 'it ends');
};


subtest 'how it is called' => sub {
    my ($entry) = all($stages[1], 'ENTRYPOINT');
    my ($cmd) = all($stages[1], 'CMD');
    my ($port) = all($stages[1], 'EXPOSE');
    my ($program, @args) = map { @{ AsrHttp::json_decode($_) } } $entry, $cmd;

    is($program, 'asr-mock', 'the program');
    is((AsrLaunch->run(@args, '--version'))[0], 0, 'its options are known');
    like("@args", qr/--port $port\b/, 'the port is the one that is exposed');
    is((all($stages[1], 'USER'))[0], 'nobody', 'not as root');
};


done_testing();

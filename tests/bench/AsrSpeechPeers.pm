package AsrSpeechPeers;

# PocketSphinx's own programs on the same recordings, stock settings.  CPU time
# is user and system time of the program without what loading the models
# takes, which is measured with a moment of silence.

use strict;
use warnings;

use File::Temp qw(tempdir);

use AsrSpeechWords qw(words);

my %run = (pocketsphinx_batch => \&batch,
           pocketsphinx_continuous => \&continuous);


sub names { return sort keys %run }


# model: hmm, lm, dict.  The samples of an item come from pcm->(item), as WAV
# from wav->(samples).

sub new
{
    my ($class, %opt) = @_;
    my $self = bless { %opt }, $class;

    $self->{dir} = tempdir('asr-peers-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    $self->{args} = [map { ("-$_", $opt{model}{$_}) } qw(hmm lm dict)];

    for my $name (names()) {
        my $moment = { silence => "\0" x 3200 };

        $self->{load}{$name} = $run{$name}->($self, [$moment])->{cpu};
    }

    return $self;
}


# Runs a command, its output into a file; CPU time in s.

sub cpu_of
{
    my ($out, @command) = @_;
    my @before = times;
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', $out;
        open STDERR, '>', '/dev/null';
        { exec @command }
        exit 127;
    }

    waitpid $pid, 0;
    die "$command[0]: status $?\n" if $?;

    my @after = times;

    return $after[2] + $after[3] - $before[2] - $before[3];
}


sub spew
{
    my ($name, $bytes) = @_;

    open my $f, '>:raw', $name or die "$name: $!\n";
    print $f $bytes;
    close $f or die "$name: $!\n";

    return $name;
}


sub lines
{
    my ($name) = @_;

    open my $f, '<:encoding(UTF-8)', $name or die "$name: $!\n";

    return <$f>;
}


sub samples
{
    my ($self, $item) = @_;

    return $item->{silence} // $self->{pcm}->($item);
}


# All recordings in one run: { cpu, hyps }.

sub batch
{
    my ($self, $items) = @_;
    my $dir = $self->{dir};
    my @ids = map { "u$_" } 0 .. $#$items;

    spew("$dir/$ids[$_].raw", $self->samples($items->[$_])) for 0 .. $#ids;
    spew("$dir/ids", join '', map { "$_\n" } @ids);

    my $cpu = cpu_of('/dev/null', 'pocketsphinx_batch', @{ $self->{args} },
                     qw(-adcin yes -cepext .raw -cepdir), $dir,
                     '-ctl', "$dir/ids", '-hyp', "$dir/hyp",
                     qw(-logfn /dev/null));
    my %hyp = map { /^(.*?)\s*\((\S+)[^()]*\)\s*$/ ? ($2 => $1) : () }
              lines("$dir/hyp");

    unlink "$dir/$_.raw" for @ids;

    return { cpu => $cpu, hyps => [map { [words($hyp{$_})] } @ids] };
}


# A run for each.

sub continuous
{
    my ($self, $items) = @_;
    my $dir = $self->{dir};
    my %got = (cpu => 0, hyps => []);

    for my $item (@$items) {
        spew("$dir/x.wav", $self->{wav}->($self->samples($item)));

        $got{cpu} += cpu_of("$dir/said", 'pocketsphinx_continuous',
                            @{ $self->{args} }, '-infile', "$dir/x.wav",
                            qw(-logfn /dev/null))
                     - ($self->{load}{pocketsphinx_continuous} // 0);
        push @{ $got{hyps} }, [words(join ' ', lines("$dir/said"))];
    }

    return \%got;
}


sub recognise
{
    my ($self, $name, $items) = @_;
    my $got = $run{$name}->($self, $items);

    $got->{cpu} -= $self->{load}{$name} if $name eq 'pocketsphinx_batch';

    return $got;
}


1;

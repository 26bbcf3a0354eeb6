package AsrSpeechData;

# A folder of recordings that are measured with:
#
#   manifest.tsv     a line of names, then a line for each recording: file
#                    (relative) and reference are needed, set and duration_s
#                    are used
#   formats/         one recording in many containers and codecs
#   conversation/    X.rttm (who speaks when) and X.* or X_stereo.*, or both;
#                    X.ref.tsv: start and end of each turn (s), who, channel
#                    (from 0), ..., what is said
#
# Without a folder: the recordings of pocketsphinx-testdata.

use strict;
use warnings;

use File::Basename qw(basename dirname);
use List::Util qw(sum0);

use AsrSpeechWords qw(words);

use constant LIBRIVOX => '/usr/share/pocketsphinx/test/data/librivox';
use constant RATE => 16000;
use constant BYTES_S => 32000;           # of the samples made here
use constant KEEP => 256 * 1024 * 1024;  # bytes of them
use constant TEXT => qr/\.(?:rttm|tsv|txt|json|md|uem)\z/;

my $kept = 0;


sub slurp
{
    my ($name, $mode) = @_;

    open my $f, $mode // '<:raw', $name or die "$name: $!\n";
    local $/;

    return scalar(<$f>) // '';
}


# { items, formats, conversations }

sub load
{
    my ($class, $dir) = @_;
    my $self = bless { dir => $dir }, $class;

    if (!defined $dir) {
        $self->{items} = librivox();
        @$self{qw(formats conversations)} = ([], []);

        return $self;
    }

    $self->{items} = manifest($dir);
    $self->{formats} = [media("$dir/formats", qr/./)];
    $self->{conversations} = [map { conversation($_) }
                              map { files($_, qr/\.rttm\z/) }
                              $dir, "$dir/conversation"];

    return $self;
}


sub files
{
    my ($dir, $pattern) = @_;

    opendir my $d, $dir or return ();

    return map { "$dir/$_" } sort grep { /$pattern/ && -f "$dir/$_" }
                             readdir $d;
}


sub media { return grep { $_ !~ TEXT } files(@_) }


sub item
{
    my ($file, $set, $reference, $duration) = @_;

    $duration = probe($file)->{duration} if !$duration;

    return { file => $file, name => basename($file), set => $set,
             duration => $duration, ref => [words($reference)] };
}


sub manifest
{
    my ($dir) = @_;
    my ($head, @lines) = split /\r?\n/, slurp("$dir/manifest.tsv",
                                              '<:encoding(UTF-8)');
    my @names = split /\t/, $head // '';
    my @items;

    for my $line (grep { /\S/ } @lines) {
        my %row;
        @row{@names} = split /\t/, $line, -1;

        die "$dir/manifest.tsv: no file or no reference: $line\n"
            if ($row{file} // '') eq '' || !defined $row{reference};

        push @items, item("$dir/$row{file}", $row{set} || 'all',
                          $row{reference}, $row{duration_s});
    }

    die "$dir/manifest.tsv: no recordings\n" if !@items;

    return \@items;
}


sub librivox
{
    my $text = slurp(LIBRIVOX . '/transcription');
    my @items;

    while ($text =~ m{<s> ([^<]*) </s> \((\S+)\)}g) {
        push @items, item(LIBRIVOX . "/$2.wav", 'librivox', $1);
    }

    return \@items;
}


# { name, mono, stereo (files, or undef), turns, said }; turns: { from, to (s),
# who }, said: the same with channel and words, of X.ref.tsv.

sub conversation
{
    my ($rttm) = @_;
    my $dir = dirname($rttm);
    my $name = basename($rttm, '.rttm');
    my ($mono) = media($dir, qr/\A\Q$name\E\.[^.]+\z/);
    my ($stereo) = media($dir, qr/\A\Q$name\E_stereo\.[^.]+\z/);

    ($mono, $stereo) = (undef, $mono) if $name =~ /_stereo\z/;

    my %c = (name => $name, mono => $mono, stereo => $stereo, turns => [],
             said => []);

    for my $line (split /\r?\n/, slurp($rttm)) {
        my @f = split ' ', $line;
        next if ($f[0] // '') ne 'SPEAKER';

        push @{ $c{turns} }, { from => $f[3], to => $f[3] + $f[4],
                               who => $f[7] };
    }

    my $ref = "$dir/$name.ref.tsv";
    my $text = -e $ref ? slurp($ref, '<:encoding(UTF-8)') : '';

    for my $line (grep { /^\d/ } split /\r?\n/, $text) {
        my ($from, $to, $who, $channel, @more) = split /\t/, $line;

        push @{ $c{said} }, { from => $from, to => $to, who => $who,
                              channel => $channel,
                              words => [words($more[-1])] };
    }

    return \%c;
}


sub output_of
{
    my (@command) = @_;

    open my $p, '-|', @command or die "$command[0]: $!\n";
    binmode $p;
    my $out = do { local $/; <$p> } // '';
    close $p or die "@command: status $?\n";

    return $out;
}


# What nothing but the name of a file says of it.

sub unsaid
{
    return $_[0] =~ /\.pcm\z/i ? (qw(-f s16le -sample_rate), RATE) : ();
}


# { duration (s, 0 when not known), rate, channels, codec }

sub probe
{
    my ($file) = @_;
    my $out = eval {
        output_of(qw(ffprobe -v quiet -select_streams a:0 -show_entries),
                  'stream=codec_name,sample_rate,channels:format=duration',
                  qw(-of default=noprint_wrappers=1), unsaid($file), $file);
    } // '';
    my %v = $out =~ /^(\w+)=(\S+)$/mg;

    return { duration => ($v{duration} // '') =~ /^([\d.]+)/ ? $1 : 0,
             rate => $v{sample_rate} // 0, channels => $v{channels} // 0,
             codec => $v{codec_name} // '?' };
}


# Samples of the recording, or of its first seconds, 16 kHz mono.

sub pcm
{
    my ($file, $seconds) = @_;

    return output_of(qw(ffmpeg -nostdin -v error), unsaid($file), '-i', $file,
                     defined $seconds ? ('-t', $seconds) : (),
                     qw(-vn -ac 1 -ar), RATE, qw(-f s16le -));
}


# The same of a recording of the list, kept unless that takes too much memory.

sub samples
{
    my ($item) = @_;
    my $pcm = $item->{pcm} // pcm($item->{file});

    if (!defined $item->{pcm} && $kept + length $pcm < KEEP) {
        $item->{pcm} = $pcm;
        $kept += length $pcm;
    }

    return $pcm;
}


sub wav
{
    my ($pcm) = @_;

    return pack('A4VA4A4VvvVVvvA4V', 'RIFF', 36 + length $pcm, 'WAVE',
                'fmt ', 16, 1, 1, RATE, BYTES_S, 2, 16, 'data', length $pcm)
           . $pcm;
}


# Recordings one after the other, with gap seconds of silence between, until
# there are seconds of audio: { pcm, seconds, utts }; utts: { item, words, from,
# to (ms) }.  The recordings are taken away from the list.

sub tape
{
    my ($items, $gap, $seconds) = @_;
    my $silence = "\0\0" x int(RATE * $gap);
    my $tape = { pcm => '', utts => [] };

    while (@$items && length($tape->{pcm}) / BYTES_S < $seconds) {
        my $item = shift @$items;
        my $from = length($tape->{pcm}) / BYTES_S;

        $tape->{pcm} .= samples($item);

        push @{ $tape->{utts} }, { item => $item, words => $item->{ref},
            from => 1000 * $from, to => 1000 * length($tape->{pcm}) / BYTES_S };

        $tape->{pcm} .= $silence;
    }

    $tape->{seconds} = length($tape->{pcm}) / BYTES_S;

    return $tape;
}


sub seconds { return sum0 map { $_->{duration} } @_ }


1;

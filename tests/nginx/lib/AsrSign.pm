package AsrSign;

# The two signatures of Tencent Cloud, as a client computes them.  Written
# from the vendor's description, apart from the module's own verification.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex hmac_sha256 hmac_sha256_hex hmac_sha1);
use Exporter qw(import);
use MIME::Base64 qw(encode_base64);
use POSIX qw(strftime);

our @EXPORT_OK = qw(tc3_authorization v1_signature url_encode query_string);


# method, host, query, content_type, body, timestamp, service, id, secret.

sub tc3_authorization
{
    my (%a) = @_;
    my $date = strftime('%Y-%m-%d', gmtime $a{timestamp});
    my $scope = "$date/$a{service}/tc3_request";
    my $signed = 'content-type;host';

    my $canonical = join "\n", $a{method}, '/', $a{query} // '',
        "content-type:$a{content_type}", "host:$a{host}", '', $signed,
        sha256_hex($a{body} // '');

    my $to_sign = join "\n", 'TC3-HMAC-SHA256', $a{timestamp}, $scope,
        sha256_hex($canonical);

    my $key = hmac_sha256('tc3_request',
                  hmac_sha256($a{service},
                      hmac_sha256($date, "TC3$a{secret}")));

    return "TC3-HMAC-SHA256 Credential=$a{id}/$scope, "
           . "SignedHeaders=$signed, Signature="
           . hmac_sha256_hex($to_sign, $key);
}


# fields: all of the query or form, raw values, without Signature.

sub v1_signature
{
    my ($method, $host, $fields, $secret) = @_;

    my $text = "$method$host/?"
        . join '&', map { "$_=$fields->{$_}" } sort keys %$fields;

    my $mac = ($fields->{SignatureMethod} // '') eq 'HmacSHA256'
              ? hmac_sha256($text, $secret) : hmac_sha1($text, $secret);

    return encode_base64($mac, '');
}


sub url_encode
{
    my ($s) = @_;

    $s =~ s/([^A-Za-z0-9\-_.~])/sprintf '%%%02X', ord $1/ge;

    return $s;
}


sub query_string
{
    my ($fields) = @_;

    return join '&', map { url_encode($_) . '=' . url_encode($fields->{$_}) }
                     sort keys %$fields;
}


1;

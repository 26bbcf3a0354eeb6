import java.io.*;
import java.net.URI;
import java.net.http.*;
import java.util.*;

/** asr-mock for JUnit: static AsrMock mock = new AsrMock(); mock.close() in
 *  an @AfterAll.  $ASR_MOCK is the program, else one of the PATH's. */
public final class AsrMock implements AutoCloseable {
    public final String url;
    private final Process mock;

    public AsrMock(String... args) throws IOException {
        var command = new ArrayList<>(List.of(args));
        command.add(0, System.getenv().getOrDefault("ASR_MOCK", "asr-mock"));
        mock = new ProcessBuilder(command).redirectError(
            ProcessBuilder.Redirect.INHERIT).start();
        Runtime.getRuntime().addShutdownHook(new Thread(mock::destroy));
        url = new Scanner(mock.getInputStream()).skip("ready ").next();
    }

    public String admin(String method, String path, String json)
        throws IOException, InterruptedException {
        var body = HttpRequest.BodyPublishers.ofString(json);
        var to = URI.create(url + "/_mock/" + path);
        return HttpClient.newHttpClient().send(
            HttpRequest.newBuilder(to).method(method, body).build(),
            HttpResponse.BodyHandlers.ofString()).body();
    }
    @Override public void close() { mock.destroy(); mock.onExit().join(); }
}

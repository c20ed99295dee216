import com.sun.net.httpserver.HttpServer;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.HTTPRequest;
import org.apache.iceberg.rest.RESTCatalogAdapter;
import org.apache.iceberg.rest.RESTCatalogServlet;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.rest.responses.LoadTableResponse;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * Stands in for Polaris where the suites need an Iceberg REST catalog: Iceberg's own reference implementation behind the
 * paths, the realm header, the sign-in and the health checks of Polaris. It takes the generated structure table and the
 * mounted credentials of the bootstrap Job for granted, and vends tokens of the S3 server for one table, as Polaris does.
 * Roles and grants are not checked.
 */
public final class Catalog {
  private static final Map<String, String> STORAGE = new HashMap<>();
  private static final Map<String, String> WAREHOUSES = new HashMap<>();
  private static final Map<String, String> CREDENTIALS = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    Map<String, List<String>> namespaces = readStructure(Path.of("/bootstrap/structure.txt"));
    readCredentials(Path.of("/credentials"));
    String warehouse = WAREHOUSES.keySet().iterator().next();
    Map<String, String> properties = new HashMap<>(clientProperties());
    properties.put("s3.access-key-id", System.getenv("polaris.storage.aws.access-key"));
    properties.put("s3.secret-access-key", System.getenv("polaris.storage.aws.secret-key"));
    properties.put("uri", "jdbc:sqlite:/data/catalog.db");
    properties.put("jdbc.schema-version", "V1");
    properties.put("warehouse", WAREHOUSES.get(warehouse));
    properties.put("io-impl", S3FileIO.class.getName());
    JdbcCatalog catalog = new JdbcCatalog();
    catalog.setConf(new org.apache.hadoop.conf.Configuration());
    catalog.initialize(warehouse, properties);
    for (String name : namespaces.getOrDefault(warehouse, List.of())) {
      Namespace namespace = Namespace.of(name.split("\\."));
      if (!catalog.namespaceExists(namespace)) {
        catalog.createNamespace(namespace);
      }
    }

    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(new ServletHolder(new Front(new Vending(catalog))), "/api/catalog/*");
    Server server = new Server(8181);
    server.setHandler(context);
    server.start();
    HttpServer management = HttpServer.create(new InetSocketAddress(8182), 0);
    management.createContext("/q/health", exchange -> {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    management.start();
    server.join();
  }

  private static Map<String, List<String>> readStructure(Path table) throws IOException {
    Map<String, List<String>> namespaces = new HashMap<>();
    for (String line : Files.readAllLines(table)) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "storage" -> STORAGE.put(words[1], words[2]);
        case "catalog" -> WAREHOUSES.put(words[1], words[2].replaceAll("/$", ""));
        case "namespace" -> namespaces.computeIfAbsent(words[1], name -> new java.util.ArrayList<>()).add(words[2]);
        default -> { }
      }
    }
    return namespaces;
  }

  private static void readCredentials(Path folder) throws IOException {
    try (var owners = Files.list(folder)) {
      for (Path owner : owners.filter(path -> Files.isDirectory(path)).toList()) {
        CREDENTIALS.put(Files.readString(owner.resolve("client-id")), Files.readString(owner.resolve("client-secret")));
      }
    }
  }

  private static Map<String, String> clientProperties() {
    return Map.of(
        "s3.endpoint", STORAGE.get("endpoint"),
        "s3.path-style-access", STORAGE.getOrDefault("pathStyleAccess", "false"),
        "client.region", STORAGE.get("region"));
  }

  /** Gives whoever asks for it credentials for one table. */
  private static final class Vending extends RESTCatalogAdapter {
    private final StsClient sts = StsClient.builder()
        .endpointOverride(URI.create(STORAGE.get("stsEndpoint")))
        .region(Region.of(STORAGE.get("region")))
        .httpClientBuilder(ApacheHttpClient.builder())
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
            System.getenv("polaris.storage.aws.access-key"), System.getenv("polaris.storage.aws.secret-key"))))
        .build();

    Vending(org.apache.iceberg.catalog.Catalog catalog) {
      super(catalog);
    }

    @Override
    protected <T extends RESTResponse> T execute(
        HTTPRequest request, Class<T> type, Consumer<ErrorResponse> onError, Consumer<Map<String, String>> onHeaders) {
      T response = super.execute(request, type, onError, onHeaders);
      boolean asked = request.headers().entries("X-Iceberg-Access-Delegation").stream()
          .anyMatch(header -> header.value().contains("vended-credentials"));
      if (!asked || !(response instanceof LoadTableResponse loaded)) {
        return response;
      }
      Credentials vended = sts.assumeRole(role -> role
          .roleArn("arn:aws:iam::000000000000:role/catalog")
          .roleSessionName("catalog")
          .policy(policy(loaded.tableMetadata().location()))).credentials();
      Map<String, String> config = new HashMap<>(clientProperties());
      config.put("s3.access-key-id", vended.accessKeyId());
      config.put("s3.secret-access-key", vended.secretAccessKey());
      config.put("s3.session-token", vended.sessionToken());
      return type.cast(LoadTableResponse.builder()
          .withTableMetadata(loaded.tableMetadata()).addAllConfig(loaded.config()).addAllConfig(config).build());
    }

    private static String policy(String location) {
      String path = location.replaceFirst("^s3a?://", "");
      String bucket = path.replaceFirst("/.*", "");
      return """
          {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::%s/*"},
            {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"], "Resource": "arn:aws:s3:::%s"}]}
          """.formatted(path, bucket);
    }
  }

  /** What Polaris checks before it looks at a table: realm, sign-in, warehouse. */
  private static final class Front extends RESTCatalogServlet {
    Front(RESTCatalogAdapter adapter) {
      super(adapter);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
      String path = request.getRequestURI().substring("/api/catalog".length());
      String authorization = request.getHeader("Authorization");
      String warehouse = path.equals("/v1/config") ? request.getParameter("warehouse") : null;
      if (!System.getenv().getOrDefault("REALM", "POLARIS").equals(request.getHeader("Polaris-Realm"))) {
        send(response, 404, error(404, "MissingOrInvalidRealm", "Missing or invalid realm"));
      } else if (path.equals("/v1/oauth/tokens")) {
        signIn(request, response);
      } else if (authorization == null || !CREDENTIALS.containsKey(authorization.replaceFirst("^Bearer token-of-", ""))) {
        response.setStatus(401);
      } else if (warehouse != null && !WAREHOUSES.containsKey(warehouse)) {
        send(response, 404, error(404, "NotFoundException", "Unable to find warehouse " + warehouse));
      } else {
        pass(request, response, path);
      }
    }

    private void pass(HttpServletRequest request, HttpServletResponse response, String path) throws IOException {
      try {
        super.service(new HttpServletRequestWrapper(request) {
          @Override
          public String getRequestURI() {
            return path;
          }
        }, response);
      } catch (ServletException fault) {
        throw new IOException(fault);
      }
    }

    private static void signIn(HttpServletRequest request, HttpServletResponse response) throws IOException {
      String scope = request.getParameter("scope");
      String secret = CREDENTIALS.get(String.valueOf(request.getParameter("client_id")));
      if (scope == null || !scope.startsWith("PRINCIPAL_ROLE:")) {
        send(response, 400, "{\"error\":\"invalid_scope\",\"error_description\":\"The scope is invalid\",\"error_uri\":null}");
      } else if (secret == null || !secret.equals(request.getParameter("client_secret"))) {
        send(response, 401, "{\"error\":\"unauthorized_client\",\"error_description\":\"The client is not authorized\",\"error_uri\":null}");
      } else {
        send(response, 200, "{\"access_token\":\"token-of-" + request.getParameter("client_id")
            + "\",\"token_type\":\"bearer\",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\",\"expires_in\":3600}");
      }
    }

    private static String error(int status, String type, String message) {
      return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"" + type + "\",\"code\":" + status + "}}";
    }

    private static void send(HttpServletResponse response, int status, String json) throws IOException {
      response.setStatus(status);
      response.setContentType("application/json");
      response.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
    }
  }
}

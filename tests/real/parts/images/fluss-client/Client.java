import java.util.List;
import org.apache.fluss.client.Connection;
import org.apache.fluss.client.ConnectionFactory;
import org.apache.fluss.client.admin.Admin;
import org.apache.fluss.client.lookup.Lookuper;
import org.apache.fluss.client.table.Table;
import org.apache.fluss.client.table.writer.UpsertWriter;
import org.apache.fluss.config.Configuration;
import org.apache.fluss.metadata.DatabaseDescriptor;
import org.apache.fluss.metadata.Schema;
import org.apache.fluss.metadata.TableDescriptor;
import org.apache.fluss.metadata.TablePath;
import org.apache.fluss.row.BinaryString;
import org.apache.fluss.row.GenericRow;
import org.apache.fluss.row.InternalRow;
import org.apache.fluss.types.DataTypes;

/**
 * A client of Fluss for the suites, by its arguments:
 *
 * <pre>
 * BOOTSTRAP create DATABASE.TABLE [KEY=VALUE...]   a table (id BIGINT primary key, v STRING) with table options
 * BOOTSTRAP write DATABASE.TABLE ID=V...           upserts rows
 * BOOTSTRAP read DATABASE.TABLE ID...              prints ID=V a line, `ID is not there` for a missing row
 * BOOTSTRAP tables DATABASE                        prints the tables
 * </pre>
 */
public final class Client {
  public static void main(String[] arguments) throws Exception {
    Configuration settings = new Configuration();
    settings.setString("bootstrap.servers", arguments[0]);
    List<String> rest = List.of(arguments).subList(3, arguments.length);
    try (Connection connection = ConnectionFactory.createConnection(settings); Admin admin = connection.getAdmin()) {
      switch (arguments[1]) {
        case "create" -> create(admin, path(arguments[2]), rest);
        case "write" -> write(connection, path(arguments[2]), rest);
        case "read" -> read(connection, path(arguments[2]), rest);
        case "tables" -> admin.listTables(arguments[2]).get().forEach(System.out::println);
        default -> throw new IllegalArgumentException(arguments[1]);
      }
    }
  }

  private static TablePath path(String name) {
    return TablePath.of(name.split("\\.")[0], name.split("\\.")[1]);
  }

  private static void create(Admin admin, TablePath path, List<String> options) throws Exception {
    admin.createDatabase(path.getDatabaseName(), DatabaseDescriptor.EMPTY, true).get();
    Schema schema = Schema.newBuilder().column("id", DataTypes.BIGINT()).column("v", DataTypes.STRING()).primaryKey("id").build();
    TableDescriptor.Builder table = TableDescriptor.builder().schema(schema).distributedBy(1, "id");
    for (String option : options) {
      table.property(option.split("=", 2)[0], option.split("=", 2)[1]);
    }
    admin.createTable(path, table.build(), false).get();
  }

  private static void write(Connection connection, TablePath path, List<String> rows) throws Exception {
    try (Table table = connection.getTable(path)) {
      UpsertWriter writer = table.newUpsert().createWriter();
      for (String row : rows) {
        String[] parts = row.split("=", 2);
        writer.upsert(GenericRow.of(Long.parseLong(parts[0]), BinaryString.fromString(parts[1]))).get();
      }
      writer.flush();
    }
  }

  private static void read(Connection connection, TablePath path, List<String> ids) throws Exception {
    try (Table table = connection.getTable(path)) {
      Lookuper lookuper = table.newLookup().createLookuper();
      for (String id : ids) {
        InternalRow row = lookuper.lookup(GenericRow.of(Long.parseLong(id))).get().getSingletonRow();
        System.out.println(row == null ? id + " is not there" : id + "=" + row.getString(1));
      }
    }
  }
}

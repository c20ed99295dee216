#!/bin/sh
exec java -XX:+UseSerialGC -Xmx256m -cp '/opt/catalog/classes:/opt/catalog/lib/*' Catalog

<?php
// Runs the code given on standard input inside WordPress and prints what it returns, as JSON.
require getenv( 'TEST_SITE_FOLDER' ) . '/site/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/user.php';
echo wp_json_encode( eval( stream_get_contents( STDIN ) ) );

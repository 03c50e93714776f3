<?php
// Installs WordPress and prints, as JSON, an application password of a user who may manage users.
define( 'WP_INSTALLING', true );
require getenv( 'TEST_SITE_FOLDER' ) . '/site/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install( 'Oakline', 'owner', 'owner@oakline.example', true, '', 'the password of the owner' );
update_option( 'permalink_structure', '/%postname%/' );
flush_rewrite_rules();
$id = wp_insert_user(
	array(
		'user_login' => 'rollcall',
		'user_email' => 'rollcall@oakline.example',
		'user_pass'  => 'not used',
		'role'       => 'administrator',
	)
);
list( $password ) = WP_Application_Passwords::create_new_application_password( $id, array( 'name' => 'Rollcall' ) );
echo wp_json_encode( array( 'username' => 'rollcall', 'applicationPassword' => WP_Application_Passwords::chunk_password( $password ) ) );

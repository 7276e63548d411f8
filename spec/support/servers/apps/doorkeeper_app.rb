# The token endpoint of Doorkeeper, in a Rails application of one file.
require 'json'
require 'logger'
require 'rails'
require 'action_controller/railtie'
require 'active_record/railtie'
require 'doorkeeper'
require 'puma'

SETTINGS_FILE = ARGV.fetch(0)

def settings
  JSON.parse(File.read(SETTINGS_FILE, encoding: 'utf-8'))
end

ENV['RAILS_ENV'] = 'production'
ENV['DATABASE_URL'] = "sqlite3:#{settings.fetch('folder')}/doorkeeper.sqlite3"

class App < Rails::Application
  config.eager_load = false
  config.logger = Logger.new(nil)
  config.secret_key_base = 'nothing of worth'
  config.hosts.clear
  config.paths['config/database'] = []
  routes.append { use_doorkeeper { skip_controllers :applications, :authorized_applications } }
end

Doorkeeper.configure do
  orm :active_record
  grant_flows %w[client_credentials]
  access_token_expires_in settings.fetch('lifetimeSeconds')
  reuse_access_token if settings['reuse']
  default_scopes :read
end

App.initialize!

ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table :oauth_applications, if_not_exists: true do |t|
    t.string :name, null: false
    t.string :uid, null: false, index: { unique: true }
    t.string :secret, null: false
    t.text :redirect_uri
    t.string :scopes, null: false, default: ''
    t.boolean :confidential, null: false, default: true
    t.timestamps
  end
  create_table :oauth_access_tokens, if_not_exists: true do |t|
    t.references :resource_owner
    t.references :application
    t.string :token, null: false, index: { unique: true }
    t.string :refresh_token
    t.integer :expires_in
    t.datetime :revoked_at
    t.datetime :created_at, null: false
    t.string :scopes
    t.string :previous_refresh_token, null: false, default: ''
  end
end

# Secrets may change while the server runs.
class CurrentClients
  def initialize(app)
    @app = app
    @lock = Mutex.new
    update
  end

  def call(env)
    @lock.synchronize { update if settings.fetch('clients') != @known }
    @app.call(env)
  end

  private

  def update
    @known = settings.fetch('clients')
    @known.each do |client|
      application = Doorkeeper::Application.find_or_initialize_by(uid: client['id'])
      application.update!(name: client['id'], secret: client['secret'], redirect_uri: '')
    end
  end
end

server = Puma::Server.new(CurrentClients.new(App), Puma::Events.null, min_threads: 1, max_threads: 4)
server.add_tcp_listener('127.0.0.1', settings.fetch('port'))
server.run.join
